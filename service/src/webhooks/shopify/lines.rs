//! The lines of an order: what Shopify sent, less what was taken out of the order again.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    object::Object,
    refund::{Refund, Restock},
};
use crate::{orders::external::ExternalLine, refusal::Refusal};

/// The most characters of a title.
const TITLE: usize = 500;
/// The most characters of a SKU.
const SKU: usize = 255;

/// The lines of an order.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Those that are left.
    pub(super) lines: Vec<ExternalLine>,
    /// What was taken out of the order: what it was worth, with the tax on top.
    pub(super) removed: Decimal,
}

impl Lines {
    /// Reads them. Pieces of a refund without money were taken out of the order, as long as they were not sent, unless
    /// the order was cancelled; others of a refund came back, will not be sent, or are with the customer.
    pub(super) fn read(object: Object<'_>, refunds: &[Refund], is_open: bool) -> Result<Self, Refusal> {
        let tax_included = object.flag("taxes_included");
        let sent = sent(object)?;
        let mut found = Self::default();
        let lines =
            object.each("line_items", |line| Ok((read(line)?, line.optional_whole("fulfillable_quantity")?)))?;
        for (mut line, to_send) in lines {
            let id = line.shopify_id.clone().unwrap_or_default();
            line.fulfilled_quantity = sent.get(&id).copied().unwrap_or_default().min(line.quantity);
            // Pieces that were given up, and pieces that are with the customer, of which no refund was read yet.
            let open = line.quantity - line.fulfilled_quantity;
            let mut given_up = open - to_send.unwrap_or_default().clamp(0, open);
            let mut kept = line.fulfilled_quantity;
            for refund in refunds {
                for part in refund.lines.iter().filter(|part| part.line_id == id) {
                    let comes_back = part.restock == Restock::Return;
                    if is_open && !refund.has_money() && !comes_back && part.quantity <= given_up {
                        given_up -= part.quantity;
                        line.quantity -= part.quantity;
                        line.discount_amount -= line.price * Decimal::from(part.quantity) - part.subtotal;
                        line.tax_amount -= part.tax;
                        found.removed += part.subtotal + if tax_included { Decimal::ZERO } else { part.tax };
                        continue;
                    }
                    if part.restock == Restock::None {
                        line.unsure_quantity = line.unsure_quantity.saturating_add(part.quantity);
                    }
                    // Which pieces are meant is known if it is known how many will be sent.
                    let is_kept = comes_back || part.restock == Restock::None && to_send.is_none();
                    let of_kept = if is_kept { part.quantity.min(kept) } else { 0 };
                    kept -= of_kept;
                    if comes_back {
                        line.returned_quantity += of_kept;
                    }
                    let cancelled = (part.quantity - of_kept).min(given_up);
                    given_up -= cancelled;
                    line.cancelled_quantity += cancelled;
                }
            }
            // What is left of rounding is no discount.
            if line.quantity > 0 {
                line.discount_amount = line.discount_amount.max(Decimal::ZERO);
                line.tax_amount = line.tax_amount.max(Decimal::ZERO);
                found.lines.push(line);
            }
        }
        Ok(found)
    }

    /// The place of a line.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.lines.iter().position(|line| line.shopify_id.as_deref() == Some(id))
    }
}

fn read(line: Object<'_>) -> Result<ExternalLine, Refusal> {
    let rates = line.each("tax_lines", |tax| tax.optional_amount("rate"))?;
    let rate = rates.into_iter().flatten().fold(Decimal::ZERO, |sum, rate| sum.saturating_add(rate));
    let quantity = quantity(line)?;
    let title = line.cut("name", TITLE).or_else(|| line.cut("title", TITLE));
    Ok(ExternalLine {
        shopify_id: Some(line.id("id")?),
        shopify_variant_id: line.optional_id("variant_id")?,
        sku: line.cut("sku", SKU),
        title: title.unwrap_or_else(|| UNNAMED.to_owned()),
        quantity,
        price: line.amount("price")?,
        discount_amount: line.sum("discount_allocations", "amount")?,
        tax_amount: line.sum("tax_lines", "price")?,
        tax_percentage: rate.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default(),
        cancelled_quantity: 0,
        unsure_quantity: 0,
        fulfilled_quantity: 0,
        returned_quantity: 0,
    })
}

/// The most pieces of a line.
const PIECES: i32 = 1_000_000;
/// What a line without a name is called.
const UNNAMED: &str = "Item";

/// How many pieces a line has.
fn quantity(line: Object<'_>) -> Result<i32, Refusal> {
    let quantity = line.whole("quantity")?;
    match (0..=PIECES).contains(&quantity) {
        true => Ok(quantity),
        false => Err(Refusal::invalid("quantity", format!("`quantity` must be between 0 and {PIECES}"))),
    }
}

/// A line of a parcel: its id, and the number of pieces.
pub(super) fn sent_line(line: Object<'_>) -> Result<(String, i32), Refusal> {
    Ok((line.id("id")?, quantity(line)?))
}

/// How many pieces of each line were sent.
fn sent(object: Object<'_>) -> Result<BTreeMap<String, i32>, Refusal> {
    let mut sent: BTreeMap<String, i32> = BTreeMap::new();
    let parcels = object.each("fulfillments", |parcel| {
        let is_sent = parcel.text("status") == Some("success");
        let lines = parcel.each("line_items", sent_line)?;
        Ok(if is_sent { lines } else { Vec::new() })
    })?;
    for (id, quantity) in parcels.into_iter().flatten() {
        let sum = sent.entry(id).or_default();
        *sum = sum.saturating_add(quantity);
    }
    Ok(sent)
}
