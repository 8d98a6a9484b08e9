//! What a cell can mean; the error is the reason for its refusal.

use rust_decimal::Decimal;

/// An amount of money that fits `DECIMAL(10,2)` as it stands: nothing is rounded.
pub(in crate::import) fn price(text: &str) -> Result<Decimal, &'static str> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    if text.is_empty() {
        return Err("a price is missing");
    }
    if text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit())) {
        return Err("a price cannot be negative");
    }
    if !is_digits(whole) || !is_digits(cents) {
        return Err("not a number such as 344.25");
    }
    // "1.000" may be a thousand where it was written.
    if cents.len() > 2 {
        return Err("a price has at most two decimals");
    }
    if whole.trim_start_matches('0').len() > 8 {
        return Err("more than 99999999.99");
    }
    text.parse().map_err(|_| "not a number such as 344.25")
}

/// A price, or blank.
pub(in crate::import) fn price_or_none(text: &str) -> Result<Option<Decimal>, &'static str> {
    if text.is_empty() { Ok(None) } else { price(text).map(Some) }
}

/// A count of pieces.
pub(in crate::import) fn quantity(text: &str) -> Result<i32, &'static str> {
    if text.is_empty() {
        return Err("a quantity is missing");
    }
    if text.strip_prefix('-').is_some_and(is_digits) {
        return Err("a quantity cannot be negative");
    }
    if !is_digits(text) {
        return Err("not a whole number");
    }
    text.parse().map_err(|_| "more than 2147483647")
}

/// A count of pieces, or blank.
pub(in crate::import) fn quantity_or_none(text: &str) -> Result<Option<i32>, &'static str> {
    if text.is_empty() { Ok(None) } else { quantity(text).map(Some) }
}

/// A count that is below 0 where more was sold than there was.
pub(in crate::import) fn whole(text: &str) -> Result<i32, &'static str> {
    match text.strip_prefix('-').filter(|digits| is_digits(digits)) {
        Some(_) => text.parse().map_err(|_| "less than -2147483648"),
        None => quantity(text),
    }
}

/// A count that may be below 0, or blank.
pub(in crate::import) fn whole_or_none(text: &str) -> Result<Option<i32>, &'static str> {
    if text.is_empty() { Ok(None) } else { whole(text).map(Some) }
}

/// A SKU or barcode; blank is none. Product exports write an apostrophe before one of digits only, so that a
/// spreadsheet keeps its zeros; it is not part of it.
pub(in crate::import) fn code(longest: usize) -> impl Fn(&str) -> Result<Option<String>, String> {
    move |found| text(longest)(found.strip_prefix('\'').filter(|rest| is_digits(rest)).unwrap_or(found))
}

/// What spreadsheets make of yes and no.
pub(in crate::import) fn truth(text: &str) -> Result<bool, &'static str> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err("neither TRUE nor FALSE"),
    }
}

/// A text of at most so many characters; blank is none.
pub(in crate::import) fn text(longest: usize) -> impl Fn(&str) -> Result<Option<String>, String> {
    move |text| {
        if text.contains('\0') {
            return Err("contains a NUL character".to_owned());
        }
        match text.chars().count() {
            0 => Ok(None),
            length if length > longest => Err(format!("has {length} characters, at most {longest} fit")),
            _ => Ok(Some(text.to_owned())),
        }
    }
}

/// A text of at most so many characters that must not be blank.
pub(in crate::import) fn required(longest: usize, missing: &str) -> impl Fn(&str) -> Result<String, String> {
    move |found| text(longest)(found)?.ok_or_else(|| missing.to_owned())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{code, price, quantity, text, whole};

    /// Every text of up to `length` of these characters.
    fn texts(characters: &str, length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..length {
            let to = all.len();
            for at in from..to {
                all.extend(characters.chars().map(|character| format!("{}{character}", all[at])).collect::<Vec<_>>());
            }
            from = to;
        }
        all
    }

    #[test]
    fn reads_every_amount_exactly() {
        for cents in (0..20_000).chain(9_999_999_000..=9_999_999_999) {
            let amount = Decimal::new(cents, 2);
            assert_eq!(price(&amount.to_string()), Ok(amount));
            assert_eq!(price(&amount.normalize().to_string()), Ok(amount));
        }
    }

    #[test]
    fn takes_no_price_that_it_would_have_to_change() {
        for text in texts("019.-+, eE_", 5) {
            let Ok(amount) = price(&text) else { continue };
            let (whole, cents) = text.split_once('.').unwrap_or((&text, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            assert!(digits(whole) && digits(cents) && cents.len() <= 2, "{text:?} was taken");
            assert_eq!(amount, text.parse().expect("a number"));
        }
        for (text, reason) in [
            ("", "missing"),
            ("-1.00", "negative"),
            ("12,50", "number"),
            ("1.000", "two decimals"),
            ("100000000", "99999999.99"),
            ("$5", "number"),
            ("NaN", "number"),
            ("99999999999999999999999999999999999999", "99999999.99"),
        ] {
            assert!(price(text).is_err_and(|found| found.contains(reason)), "{text:?}");
        }
    }

    #[test]
    fn takes_only_whole_quantities() {
        for text in texts("019.-+, eE", 5) {
            if let Ok(count) = quantity(&text) {
                assert!(text.bytes().all(|byte| byte.is_ascii_digit()), "{text:?} was taken");
                assert_eq!(Ok(count), text.parse());
            }
        }
        assert_eq!(quantity("2147483647"), Ok(i32::MAX));
        for (text, reason) in [("", "missing"), ("-1", "negative"), ("1.0", "whole"), ("2147483648", "2147483647")] {
            assert!(quantity(text).is_err_and(|found| found.contains(reason)), "{text:?}");
        }
    }

    #[test]
    fn takes_the_apostrophe_from_digits_only() {
        for (written, meant) in [("'00417", "00417"), ("00417", "00417"), ("'A1", "'A1"), ("'", "'"), ("''1", "''1")] {
            assert_eq!(code(9)(written), Ok(Some(meant.to_owned())), "{written:?}");
        }
        assert_eq!(code(9)(""), Ok(None));
    }

    #[test]
    fn reads_what_was_oversold() {
        assert_eq!((whole("-3"), whole("-2147483648")), (Ok(-3), Ok(i32::MIN)));
        for text in ["", "-", "--1", "-1.0", "-2147483649"] {
            assert!(whole(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn counts_characters_and_not_bytes() {
        assert_eq!(text(3)("äöü"), Ok(Some("äöü".to_owned())));
        assert_eq!(text(3)("abcd"), Err("has 4 characters, at most 3 fit".to_owned()));
        assert_eq!(text(3)(""), Ok(None));
        assert!(text(3)("a\0").is_err());
    }
}
