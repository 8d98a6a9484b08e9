//! What texts and lists of the catalogue must be: blanks around a text go, and a blank text is none.

use serde_json::{Value as Json, json};

use crate::{
    Change, batch,
    edit::check,
    refusal::{Code, Refusal},
};

/// The most tags of a product.
const TAGS: usize = 250;
/// The most characters of a title.
pub(super) const TITLE: usize = 500;
/// The most characters of a value of a short vocabulary: a tax class, a code.
pub(super) const SHORT: usize = 50;
/// The class of goods that has the usual taxes.
pub(crate) const STANDARD: &str = "standard";

/// A text that must be there.
pub(crate) fn required(field: &str, value: &str, most: usize) -> Result<String, Refusal> {
    let value = value.trim();
    check::text(field, value, most)?;
    Ok(value.to_owned())
}

/// A text that may be left out.
pub(crate) fn optional(field: &str, value: Option<&str>, most: usize) -> Result<Option<String>, Refusal> {
    match value.map(str::trim).filter(|value| !value.is_empty()) {
        Some(value) => required(field, value, most).map(Some),
        None => Ok(None),
    }
}

/// Changes a text that must be there.
pub(crate) fn change_required(
    field: &str,
    change: &Change<String>,
    place: &mut String,
    most: usize,
) -> Result<(), Refusal> {
    if let Change::Set(value) = change {
        *place = required(field, value, most)?;
    }
    Ok(())
}

/// Changes a text that may be left out.
pub(crate) fn change_optional(
    field: &str,
    change: &Change<Option<String>>,
    place: &mut Option<String>,
    most: usize,
) -> Result<(), Refusal> {
    if let Change::Set(value) = change {
        *place = optional(field, value.as_deref(), most)?;
    }
    Ok(())
}

/// A long text as it is, none if it is blank.
pub(crate) fn body(value: Option<&str>) -> Option<String> {
    value.filter(|value| !value.trim().is_empty()).map(str::to_owned)
}

/// Tags, each once. Files list them with commas, so that none can have one.
pub(crate) fn tags(field: &str, tags: &[String]) -> Result<Json, Refusal> {
    if tags.len() > TAGS {
        let message = format!("`{field}` has {} entries, at most {TAGS} are allowed", tags.len());
        return Err(Refusal::new(Code::LimitReached, message).at([field]));
    }
    let mut kept: Vec<String> = Vec::with_capacity(tags.len());
    for (index, tag) in tags.iter().enumerate() {
        let place = [field, &index.to_string()];
        let Some(tag) = optional(field, Some(tag), check::NAME).map_err(|refusal| refusal.at(place))? else { continue };
        if tag.contains(',') {
            return Err(Refusal::new(Code::Invalid, format!("the tag {tag:?} has a comma")).at(place));
        }
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    Ok(json!(kept))
}

/// The code of a country, as ISO 3166-1 has it: two letters.
pub(super) fn country(field: &str, value: &str) -> Result<String, Refusal> {
    let code = value.trim().to_ascii_uppercase();
    match code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        true => Ok(code),
        false => Err(check::invalid(field, format!("`{field}` is not a country of two letters such as US"))),
    }
}

/// Codes of countries, each once.
pub(super) fn countries(field: &str, values: &[String]) -> Result<Vec<String>, Refusal> {
    batch::check_size(field, values.len())?;
    let mut kept = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let code = country(field, value).map_err(|refusal| refusal.at([field, &index.to_string()]))?;
        if !kept.contains(&code) {
            kept.push(code);
        }
    }
    Ok(kept)
}

/// A code of up to 50 characters, in capital letters, without blanks.
pub(super) fn code(field: &str, value: &str) -> Result<String, Refusal> {
    let code = required(field, value, SHORT)?.to_uppercase();
    if code.chars().any(char::is_whitespace) {
        return Err(check::invalid(field, format!("`{field}` must not contain spaces")));
    }
    match code.chars().count() > SHORT {
        true => Err(check::invalid(field, format!("`{field}` has more than {SHORT} characters"))),
        false => Ok(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_nothing() {
        assert_eq!(optional("vendor", Some("  "), 10), Ok(None));
        assert_eq!(optional("vendor", Some(" Kingler "), 7), Ok(Some("Kingler".to_owned())));
        assert!(optional("vendor", Some("12345678"), 7).is_err());
        assert_eq!(body(Some(" <p>x</p> ")), Some(" <p>x</p> ".to_owned()));
        assert_eq!(body(Some(" \n")), None);
    }

    #[test]
    fn tags_are_said_once() {
        let given = ["blue", " blue ", "", "calm"].map(str::to_owned);
        assert_eq!(tags("tags", &given), Ok(json!(["blue", "calm"])));
        let refused = tags("tags", &["a".to_owned(), "b,c".to_owned()]).expect_err("a comma");
        assert_eq!(refused.path, ["tags", "1"]);
    }

    #[test]
    fn codes_are_capital() {
        assert_eq!(code("code", " summer10 "), Ok("SUMMER10".to_owned()));
        assert!(code("code", "SUMMER 10").is_err());
        assert_eq!(country("country", "us"), Ok("US".to_owned()));
        assert!(country("country", "USA").is_err());
    }
}
