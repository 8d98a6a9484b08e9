//! What one row of stock says.

use super::Column;
use crate::import::{
    file::{Row, value},
    report::Refusal,
};

/// What Shopify writes instead of numbers where a variant is not kept.
const NOT_STOCKED: &str = "not stocked";

/// What a row says of one SKU at one location.
pub(super) struct Stock {
    pub(super) line: u64,
    pub(super) sku: String,
    pub(super) location: String,
    /// `None` where the variant is not stocked.
    pub(super) quantities: Option<Quantities>,
}

/// The counts of a row; blank says nothing of what is reserved or incoming.
pub(super) struct Quantities {
    pub(super) available: i32,
    pub(super) reserved: Option<i32>,
    pub(super) incoming: Option<i32>,
    pub(super) unavailable: i32,
}

/// What a row is about.
pub(super) fn place(row: &Row<Column>) -> [&str; 2] {
    [row.get(Column::Sku), row.get(Column::Location)]
}

/// What it says there.
pub(super) fn quantities(row: &Row<Column>) -> [&str; 5] {
    use Column::{Available, Committed, Incoming, OnHand, Unavailable};
    [Available, Committed, Incoming, OnHand, Unavailable].map(|column| row.get(column))
}

/// Reads a row.
pub(super) fn row(row: &Row<Column>) -> Result<Stock, Refusal> {
    let sku = row.read(Column::Sku, value::required(255, "a SKU is missing; stock is matched by nothing else"))?;
    let location = row.read(Column::Location, value::required(255, "a location is missing"))?;
    let quantities = if is_not_stocked(row.get(Column::Available)) { none(row)? } else { Some(some(row)?) };
    Ok(Stock { line: row.line, sku, location, quantities })
}

/// A row that is not stocked has no pieces either.
fn none(row: &Row<Column>) -> Result<Option<Quantities>, Refusal> {
    for column in [Column::OnHand, Column::Committed, Column::Incoming, Column::Unavailable] {
        let text = row.get(column);
        if !matches!(text, "" | "0") && !is_not_stocked(text) {
            return Err(row.refuse(column, "Available says not stocked"));
        }
    }
    Ok(None)
}

fn some(row: &Row<Column>) -> Result<Quantities, Refusal> {
    let available = row.read(Column::Available, value::quantity)?;
    let reserved = row.read(Column::Committed, value::quantity_or_none)?;
    let incoming = row.read(Column::Incoming, value::quantity_or_none)?;
    let unavailable = row.read(Column::Unavailable, value::quantity_or_none)?.unwrap_or_default();
    let sum = i64::from(available) + i64::from(reserved.unwrap_or_default()) + i64::from(unavailable);
    match row.read(Column::OnHand, value::quantity_or_none)? {
        Some(on_hand) if i64::from(on_hand) != sum => {
            Err(row.refuse(Column::OnHand, format!("Available, Committed and Unavailable make {sum}")))
        }
        _ => Ok(Quantities { available, reserved, incoming, unavailable }),
    }
}

fn is_not_stocked(text: &str) -> bool {
    text.eq_ignore_ascii_case(NOT_STOCKED)
}
