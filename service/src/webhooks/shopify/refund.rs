//! Refunds: as a part of their order, and by themselves.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::object::Object;
use crate::{
    Result, UnitOfWork,
    orders::external::{self, ExternalRefund, ExternalRefundLine, LoneLine, LoneRefund, Refunded},
    refusal::Refusal,
    webhooks::inbox::event::Applied,
};

/// The most characters of a reason.
const REASON: usize = 255;

/// A refund of Shopify.
#[derive(Debug)]
pub(super) struct Refund {
    id: String,
    /// How much went back.
    pub(super) amount: Decimal,
    /// How much is on its way back.
    pub(super) pending: Decimal,
    /// The pieces that it is about.
    pub(super) lines: Vec<Part>,
    shipping_amount: Decimal,
    shipping_tax_amount: Decimal,
    reason: Option<String>,
    at: DateTime<Utc>,
}

/// Pieces of a line.
#[derive(Debug)]
pub(super) struct Part {
    /// The line.
    pub(super) line_id: String,
    /// How many.
    pub(super) quantity: i32,
    /// What they were worth.
    pub(super) subtotal: Decimal,
    /// The tax: on top of that, or contained in it.
    pub(super) tax: Decimal,
    /// What becomes of the pieces.
    pub(super) restock: Restock,
    location_id: Option<String>,
}

/// What becomes of refunded pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restock {
    /// They came back.
    Return,
    /// They will not be sent.
    Cancel,
    /// Unknown: they may be with the customer, or may still be sent.
    None,
}

impl Refund {
    /// Whether money went back, or is on its way.
    pub(super) fn has_money(&self) -> bool {
        !(self.amount + self.pending).is_zero()
    }

    /// Reads one.
    pub(super) fn read(object: Object<'_>) -> Result<Self, Refusal> {
        let (mut amount, mut pending) = (Decimal::ZERO, Decimal::ZERO);
        let moved = object.each("transactions", |moved| {
            let is_refund = moved.text("kind") == Some("refund");
            Ok((is_refund, moved.text("status").map(str::to_owned), moved.amount("amount")?))
        })?;
        for (_, status, moved) in moved.into_iter().filter(|(is_refund, ..)| *is_refund) {
            match status.as_deref() {
                Some("success") => amount = amount.saturating_add(moved),
                Some("pending") => pending = pending.saturating_add(moved),
                _ => {}
            }
        }
        let (shipping_amount, shipping_tax_amount) = shipping(object)?;
        let at = object.time("processed_at")?.or(object.time("created_at")?);
        Ok(Self {
            id: object.id("id")?,
            amount,
            pending,
            lines: object.each("refund_line_items", Part::read)?,
            shipping_amount,
            shipping_tax_amount,
            reason: object.cut("note", REASON),
            at: at.ok_or_else(|| Refusal::invalid("created_at", "`created_at` must be the time of the refund"))?,
        })
    }

    /// The same for an order here; `place` says where a line stands.
    pub(super) fn external(&self, tax_included: bool, place: impl Fn(&str) -> Option<usize>) -> ExternalRefund {
        let line = |part: &Part| {
            let on_top = if tax_included { Decimal::ZERO } else { part.tax };
            let back = || (part.quantity, part.location_id.clone());
            Some(ExternalRefundLine {
                line: place(&part.line_id)?,
                quantity: part.quantity,
                amount: part.subtotal.saturating_add(on_top),
                tax_amount: part.tax,
                restocked: (part.restock == Restock::Return).then(back),
            })
        };
        ExternalRefund {
            id: self.id.clone(),
            // It is one refund: none of it is done before all of it is.
            amount: self.amount.saturating_add(self.pending),
            is_pending: !self.pending.is_zero(),
            lines: self.lines.iter().filter_map(line).collect(),
            shipping_amount: self.shipping_amount,
            shipping_tax_amount: self.shipping_tax_amount,
            reason: self.reason.clone(),
            at: self.at,
        }
    }
}

impl Part {
    fn read(object: Object<'_>) -> Result<Self, Refusal> {
        let quantity = object.whole("quantity")?;
        match quantity > 0 {
            true => Ok(Self {
                line_id: object.id("line_item_id")?,
                quantity,
                subtotal: object.optional_amount("subtotal")?.unwrap_or_default(),
                tax: object.optional_amount("total_tax")?.unwrap_or_default(),
                restock: match object.text("restock_type") {
                    Some("return") => Restock::Return,
                    Some("no_restock") => Restock::None,
                    _ => Restock::Cancel,
                },
                location_id: object.optional_id("location_id")?,
            }),
            false => Err(Refusal::invalid("quantity", "`quantity` must be at least 1")),
        }
    }
}

/// What goes back for shipping, and for the tax on it: by lines, or, as it was told before, by adjustments, which are
/// less than 0.
fn shipping(object: Object<'_>) -> Result<(Decimal, Decimal), Refusal> {
    let lines = object.each("refund_shipping_lines", |line| {
        let amount = |set: &str| {
            let money = line.inner(set).and_then(|set| set.inner("shop_money"));
            Ok(money.map(|money| money.amount("amount")).transpose()?.unwrap_or_default())
        };
        Ok((amount("subtotal_amount_set")?, amount("tax_amount_set")?))
    })?;
    if !lines.is_empty() {
        return Ok(total(lines));
    }
    let adjustments = object.each("order_adjustments", |adjustment| {
        let is_shipping = adjustment.text("kind") == Some("shipping_refund");
        let tax = adjustment.optional_amount("tax_amount")?.unwrap_or_default();
        Ok((is_shipping, -adjustment.amount("amount")?, -tax))
    })?;
    let shipping = adjustments.into_iter().filter(|(is_shipping, ..)| *is_shipping);
    Ok(total(shipping.map(|(_, amount, tax)| (amount, tax)).collect()))
}

fn total(parts: Vec<(Decimal, Decimal)>) -> (Decimal, Decimal) {
    parts.into_iter().fold((Decimal::ZERO, Decimal::ZERO), |(amount, tax), (more, more_tax)| {
        (amount.saturating_add(more), tax.saturating_add(more_tax))
    })
}

/// Enters a refund that is told by itself; it waits for its order, and for the money that it gives back.
pub(super) async fn apply(unit: &mut UnitOfWork, object: Object<'_>) -> Result<Applied> {
    let (order, refund) = match Refund::read(object).and_then(|refund| Ok((object.id("order_id")?, refund))) {
        Ok(read) => read,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    let mut lines: BTreeMap<&str, LoneLine> = BTreeMap::new();
    for part in &refund.lines {
        let none = || LoneLine { shopify_id: part.line_id.clone(), cancelled: 0, returned: 0 };
        let line = lines.entry(part.line_id.as_str()).or_insert_with(none);
        match part.restock {
            Restock::Return => line.returned = line.returned.saturating_add(part.quantity),
            Restock::Cancel => line.cancelled = line.cancelled.saturating_add(part.quantity),
            // The order says how many will be sent.
            Restock::None => {}
        }
    }
    let tax_included = match external::is_tax_included(unit, &order).await? {
        Some(tax_included) => tax_included,
        None => return Ok(Applied::Waits(format!("the order {order} is not known yet"))),
    };
    let place = |id: &str| lines.keys().position(|line| *line == id);
    let external = refund.external(tax_included, place);
    let lone = LoneRefund { shopify_order_id: order, refund: external, lines: lines.into_values().collect() };
    Ok(match external::enter_refund(unit, &lone).await? {
        Refunded::Entered => Applied::Done,
        Refunded::Waits(message) => Applied::Waits(message),
    })
}
