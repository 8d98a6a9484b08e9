//! What the rows of an order say of its lines.

use rust_decimal::Decimal;

use super::Column;
use crate::{
    import::{
        file::{Row, value},
        report::Refusal,
    },
    orders::external::ExternalLine,
};

/// A line, with what the file says of it.
pub(super) struct Line {
    pub(super) line: ExternalLine,
    /// What all its pieces cost.
    pub(super) gross: Decimal,
}

/// Reads a line. `order_status` says what was sent where the line does not; `gives_up` that the rest will not be.
pub(super) fn line(row: &Row<Column>, order_status: &str, gives_up: bool) -> Result<Line, Refusal> {
    let quantity = row.read(Column::LineQuantity, value::quantity)?;
    if quantity == 0 {
        return Err(row.refuse(Column::LineQuantity, "a line has at least one piece"));
    }
    let price = row.read(Column::LinePrice, value::price)?;
    let title = row.read(Column::LineName, value::required(500, "the name of the line is missing"))?;
    let sku = row.read(Column::LineSku, value::code(255))?;
    let discount_amount = row.read(Column::LineDiscount, value::amount_or_none)?.unwrap_or_default();
    let too_large = || row.refuse(Column::LinePrice, "the line costs too much");
    let gross = price.checked_mul(Decimal::from(quantity)).ok_or_else(too_large)?;
    if discount_amount > gross {
        return Err(row.refuse(Column::LineDiscount, format!("the line costs {gross}, which is less")));
    }
    let is_sent = is_sent(row, order_status)?;
    let line = ExternalLine {
        shopify_id: None,
        shopify_variant_id: None,
        sku,
        title,
        quantity,
        price,
        discount_amount,
        tax_amount: Decimal::ZERO,
        tax_percentage: Decimal::ZERO,
        cancelled_quantity: if gives_up && !is_sent { quantity } else { 0 },
        unsure_quantity: 0,
        fulfilled_quantity: if is_sent { quantity } else { 0 },
        returned_quantity: 0,
    };
    Ok(Line { line, gross })
}

/// Whether a line was sent.
fn is_sent(row: &Row<Column>, order_status: &str) -> Result<bool, Refusal> {
    let (column, status) = match row.get(Column::LineStatus) {
        "" => (Column::FulfillmentStatus, order_status.to_owned()),
        status => (Column::LineStatus, status.to_lowercase()),
    };
    match status.as_str() {
        "fulfilled" => Ok(true),
        "" | "unfulfilled" | "pending" | "restocked" | "null" => Ok(false),
        "partial" => Err(row.refuse(column, "the file does not say how many of the pieces were sent")),
        _ => Err(row.refuse(column, "neither fulfilled, pending, unfulfilled nor restocked")),
    }
}
