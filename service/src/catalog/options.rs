//! Options: what sets a product's variants apart, size and print type for most.
//!
//! A product has up to three names, each of its variants a value for each name, and no two variants have the same
//! values.

use entity::product_variants;
use serde_json::{Value as Json, json};

use super::fields::{self, SHORT, TITLE};
use crate::{
    edit::check,
    refusal::{Code, Refusal},
};

/// The most options of a product.
const MAX_NAMES: usize = 3;
/// The one option of a product without options, and its value.
pub(crate) const ONLY_NAME: &str = "Title";
/// What Shopify calls the variant of a product without options.
pub(crate) const ONLY_VALUE: &str = "Default Title";
/// The option that is the size, in lower case.
pub(crate) const SIZE: &str = "size";
/// The options that are the print type: what shops call it, in lower case.
pub(crate) const PRINT_TYPE: [&str; 4] = ["print type", "finish", "frame type", "frame"];

/// The names of a product's options; of none, the name that stands for none.
pub(super) fn names(given: &[String]) -> Result<Vec<String>, Refusal> {
    const FIELD: &str = "optionNames";
    if given.len() > MAX_NAMES {
        let message = format!("a product has at most {MAX_NAMES} options");
        return Err(Refusal::new(Code::LimitReached, message).at([FIELD]));
    }
    if given.is_empty() {
        return Ok(vec![ONLY_NAME.to_owned()]);
    }
    let mut names: Vec<String> = Vec::with_capacity(given.len());
    for (index, name) in given.iter().enumerate() {
        let place = [FIELD, &index.to_string()];
        let name = fields::required(FIELD, name, check::NAME).map_err(|refusal| refusal.at(place))?;
        if names.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
            return Err(Refusal::new(Code::Invalid, format!("the option {name:?} is given twice")).at(place));
        }
        names.push(name);
    }
    Ok(names)
}

/// A variant's values for these names. Where there are no options, none need be given.
pub(super) fn values(names: &[String], given: &[String]) -> Result<Vec<String>, Refusal> {
    const FIELD: &str = "optionValues";
    if given.is_empty() && matches!(names, [only] if only == ONLY_NAME) {
        return Ok(vec![ONLY_VALUE.to_owned()]);
    }
    if given.len() != names.len() {
        let message = format!("`{FIELD}` has {} values, one for each of {} is needed", given.len(), names.join(", "));
        return Err(check::invalid(FIELD, message));
    }
    let value = |(index, value): (usize, &String)| {
        fields::required(FIELD, value, check::NAME).map_err(|refusal| refusal.at([FIELD, &index.to_string()]))
    };
    given.iter().enumerate().map(value).collect()
}

/// Gives a variant these values, and what follows from them: title, size and print type.
pub(super) fn write(names: &[String], values: &[String], variant: &mut product_variants::Model) -> Result<(), Refusal> {
    const FIELD: &str = "optionValues";
    let title = values.join(" / ");
    if title.chars().count() > TITLE {
        return Err(check::invalid(FIELD, format!("the values together have more than {TITLE} characters")));
    }
    let (mut size, mut frame_type) = (None, None);
    for (index, (name, value)) in names.iter().zip(values).enumerate() {
        let name = name.to_lowercase();
        let place = match () {
            () if name == SIZE => &mut size,
            () if PRINT_TYPE.contains(&name.as_str()) && frame_type.is_none() => &mut frame_type,
            () => continue,
        };
        let short = fields::required(FIELD, value, SHORT).map_err(|refusal| refusal.at([FIELD, &index.to_string()]))?;
        *place = Some(short);
    }
    (variant.title, variant.size, variant.frame_type) = (title, size, frame_type);
    variant.option_values = json!(values);
    Ok(())
}

/// The texts of a list that is stored.
pub(crate) fn list(stored: &Json) -> Vec<String> {
    stored.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn names_are_few_and_distinct() {
        assert_eq!(names(&[]), Ok(texts(&["Title"])));
        assert_eq!(names(&texts(&[" Size ", "Frame"])), Ok(texts(&["Size", "Frame"])));
        let path = |given: &[&str]| names(&texts(given)).expect_err("refused").path;
        assert_eq!(path(&["Size", "size"]), ["optionNames", "1"]);
        assert_eq!(path(&["Size", ""]), ["optionNames", "1"]);
        assert_eq!(path(&["a", "b", "c", "d"]), ["optionNames"]);
    }

    #[test]
    fn there_is_a_value_for_each_name() {
        assert_eq!(values(&texts(&["Title"]), &[]), Ok(texts(&["Default Title"])));
        assert_eq!(values(&texts(&["Size"]), &texts(&["24x36"])), Ok(texts(&["24x36"])));
        let path = |given: &[&str]| values(&texts(&["Size"]), &texts(given)).expect_err("refused").path;
        assert_eq!(path(&["24x36", "Roll"]), ["optionValues"]);
        assert_eq!(path(&[]), ["optionValues"]);
        assert_eq!(path(&[" "]), ["optionValues", "0"]);
    }
}
