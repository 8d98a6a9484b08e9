//! Addresses, as orders here have them.

use serde_json::{Map, Value as Json};

use super::object::Object;

/// The most characters of a part of an address.
const PART: usize = 255;
/// The most characters of a region.
const REGION: usize = 10;

/// The address in a field; none if it says nothing.
pub(super) fn read(object: Object<'_>, field: &str) -> Option<Json> {
    let address = object.inner(field)?;
    let mut parts = Map::new();
    for part in ["name", "company", "address1", "address2", "city", "zip", "phone"] {
        if let Some(text) = address.cut(part, PART) {
            parts.insert(part.to_owned(), text.into());
        }
    }
    let is_code = |code: &&str| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase());
    if let Some(country) = address.text("country_code").filter(is_code) {
        parts.insert("country".to_owned(), country.into());
    }
    if let Some(region) = address.cut("province_code", REGION) {
        parts.insert("region".to_owned(), region.into());
    }
    if parts.is_empty() { None } else { Some(parts.into()) }
}
