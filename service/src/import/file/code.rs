//! Codes and ids in cells, which spreadsheets take for numbers.

use super::value::{is_digits, text};

/// Why a text is no id.
const NO_ID: &str = "an id has only digits; a spreadsheet may have changed it: import the file as it was exported";

/// A SKU or barcode; blank is none. Product exports write an apostrophe before one of digits only, so that a
/// spreadsheet keeps its zeros; it is not part of it.
pub(in crate::import) fn code(longest: usize) -> impl Fn(&str) -> Result<Option<String>, String> {
    move |found| text(longest)(without_apostrophe(found))
}

/// An id of another system, which has only digits; blank is none. A spreadsheet that takes ids for numbers rounds them,
/// so that several become one.
pub(in crate::import) fn id(found: &str) -> Result<Option<String>, String> {
    match code(255)(found)? {
        Some(id) if !is_digits(&id) => Err(NO_ID.to_owned()),
        id => Ok(id),
    }
}

/// A code without the apostrophe before digits.
pub(in crate::import) fn without_apostrophe(code: &str) -> &str {
    code.strip_prefix('\'').filter(|rest| is_digits(rest)).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::{code, id};

    #[test]
    fn takes_the_apostrophe_from_digits_only() {
        for (written, meant) in [("'00417", "00417"), ("00417", "00417"), ("'A1", "'A1"), ("'", "'"), ("''1", "''1")] {
            assert_eq!(code(9)(written), Ok(Some(meant.to_owned())), "{written:?}");
        }
        assert_eq!(code(9)(""), Ok(None));
    }

    #[test]
    fn takes_only_ids_that_no_spreadsheet_changed() {
        for written in ["5049120000001", "'5049120000001"] {
            assert_eq!(id(written), Ok(Some("5049120000001".to_owned())), "{written:?}");
        }
        assert_eq!(id(""), Ok(None));
        for text in ["5.04912E+12", "5,04912E+12", "5049120000001.0", "5 049 120", "-1", "'", "gid://shopify/Order/1"] {
            assert!(id(text).is_err_and(|found| found.contains("only digits")), "{text:?}");
        }
    }
}
