//! What the cells of a product's first row can mean.

use entity::sea_orm_active_enums::ProductStatus;

use super::Column;
use crate::{
    Change,
    import::{
        file::{Row, value},
        report::Refusal,
    },
    money::currency::exponent,
};

/// What Shopify calls a product that is reachable by its address and in no list.
const UNLISTED: &str = "unlisted";

/// Puts refusals aside, so that all of a row are found at once.
pub(super) struct Keep<'a>(pub(super) &'a mut Vec<Refusal>);

impl Keep<'_> {
    pub(super) fn value<T>(&mut self, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.0.push(refusal)).ok()
    }
}

/// What a column says; nothing, where the file has no such column.
pub(super) fn change<T>(
    row: &Row<Column>,
    column: Column,
    read: impl FnOnce(&Row<Column>) -> Result<T, Refusal>,
) -> Result<Change<T>, Refusal> {
    if row.has(column) { read(row).map(Change::Set) } else { Ok(Change::Keep) }
}

/// HTML stays as it is, with the blanks around it.
pub(super) fn description(row: &Row<Column>) -> Result<Option<String>, Refusal> {
    let text = row.read(Column::Body, value::text(usize::MAX))?;
    Ok(text.map(|_| row.raw(Column::Body).to_owned()))
}

pub(super) fn tags(text: &str) -> Result<Vec<String>, String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',') {
        match value::text(255)(tag.trim())? {
            Some(tag) if !tags.contains(&tag) => tags.push(tag),
            _ => {}
        }
    }
    Ok(tags)
}

pub(super) fn status(text: &str) -> Result<ProductStatus, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "active" => Ok(ProductStatus::Active),
        "draft" => Ok(ProductStatus::Draft),
        "archived" => Ok(ProductStatus::Archived),
        // Reachable by its address and in no list: active, and not for sale here.
        UNLISTED => Ok(ProductStatus::Active),
        _ => Err("not one of active, draft, archived, unlisted"),
    }
}

/// Whether the product is in no list.
pub(super) fn is_unlisted(row: &Row<Column>) -> bool {
    row.get(Column::Status).eq_ignore_ascii_case(UNLISTED)
}

/// The code of a currency; blank is none.
pub(super) fn currency(text: &str) -> Result<Option<String>, &'static str> {
    match exponent(text) {
        _ if text.is_empty() => Ok(None),
        Some(_) => Ok(Some(text.to_owned())),
        None => Err("not a currency code of ISO 4217, such as USD"),
    }
}
