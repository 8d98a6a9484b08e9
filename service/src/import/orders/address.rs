//! Where people are: the columns of an address as an object.

use serde_json::{Map, Value as Json};

use super::Column;
use crate::import::{
    file::{Row, value},
    report::Refusal,
};

/// The most characters of a region's code.
const REGION: usize = 10;

/// Where the order is sent.
pub(super) const SHIPPING: [(&str, Column); 9] = [
    ("name", Column::ShippingName),
    ("company", Column::ShippingCompany),
    ("address1", Column::ShippingAddress1),
    ("address2", Column::ShippingAddress2),
    ("city", Column::ShippingCity),
    ("zip", Column::ShippingZip),
    ("region", Column::ShippingProvince),
    ("country", Column::ShippingCountry),
    ("phone", Column::ShippingPhone),
];

/// Where the bill is sent.
pub(super) const BILLING: [(&str, Column); 9] = [
    ("name", Column::BillingName),
    ("company", Column::BillingCompany),
    ("address1", Column::BillingAddress1),
    ("address2", Column::BillingAddress2),
    ("city", Column::BillingCity),
    ("zip", Column::BillingZip),
    ("region", Column::BillingProvince),
    ("country", Column::BillingCountry),
    ("phone", Column::BillingPhone),
];

/// Reads an address; none where all its cells are blank.
pub(super) fn read(row: &Row<Column>, parts: [(&'static str, Column); 9]) -> Result<Option<Json>, Refusal> {
    let mut address = Map::new();
    for (name, column) in parts {
        let Some(text) = row.read(column, value::text(255))? else { continue };
        // Exports write an apostrophe before digits, so that a spreadsheet keeps their zeros.
        let text = text.strip_prefix('\'').unwrap_or(&text);
        address.insert(title(name, text).to_owned(), text.into());
    }
    Ok((!address.is_empty()).then_some(Json::Object(address)))
}

/// The name of a part: taxes depend on codes, and what is none stands under another name.
fn title(name: &'static str, text: &str) -> &'static str {
    let is_country = text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase());
    match name {
        "country" if !is_country => "countryName",
        "region" if text.chars().count() > REGION => "regionName",
        name => name,
    }
}
