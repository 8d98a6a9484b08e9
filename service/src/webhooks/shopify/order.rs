//! Orders: every topic has the whole order.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    address,
    lines::{self, Lines},
    object::Object,
    payment,
    refund::Refund,
};
use crate::{
    Error, Result, UnitOfWork,
    orders::external::{self, ExternalBuyer, ExternalEnd, ExternalOrder, ExternalParcel, NO_RATE, Origin, Written},
    refusal::{Code, Refusal},
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// The most characters of a short text.
const SHORT: usize = 50;
/// The most characters of a name.
const NAME: usize = 255;
/// The most characters of a note.
const NOTE: usize = 10_000;
/// The most codes of discounts.
const CODES: usize = 100;

/// Writes an order, unless something later is known.
pub(super) async fn apply(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    if object.flag("test") {
        return Ok(Applied::Ignored("it is a test order".to_owned()));
    }
    let checked = read(object, event).and_then(|order| external::check(&order).map(|()| order));
    let order = match checked {
        Ok(order) => order,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    match Box::pin(external::upsert(unit, &order)).await {
        Ok(upserted) if upserted.change == Written::Stale => {
            Ok(Applied::Ignored("a later change of the order is known".to_owned()))
        }
        Ok(_) => Ok(Applied::Done),
        // Before anything was written.
        Err(Error::Refused(refusal)) if refusal.code == Code::Invalid && refusal.path == [NO_RATE] => {
            Ok(Applied::Waits(refusal.message))
        }
        Err(error) => Err(error),
    }
}

fn read(object: Object<'_>, event: &InboundEvent) -> Result<ExternalOrder, Refusal> {
    let placed_at = object.time("processed_at")?.or(object.time("created_at")?).unwrap_or(event.received_at);
    let updated_at = object.time("updated_at")?.or(event.triggered_at).unwrap_or(event.received_at);
    let cancelled_at = object.time("cancelled_at")?;
    let refunds = object.each("refunds", Refund::read)?;
    let lines = Lines::read(object, &refunds, cancelled_at.is_none())?;
    let tax_included = object.flag("taxes_included");
    let total_price = object.amount("total_price")?;
    let total_amount = total_price.saturating_sub(lines.removed);
    let shipping = object.each("shipping_lines", |line| {
        let price = line.amount("price")?.saturating_sub(line.sum("discount_allocations", "amount")?);
        Ok((price, line.sum("tax_lines", "price")?, line.cut("title", SHORT)))
    })?;
    let parcels = parcels(object, &lines, updated_at)?;
    Ok(ExternalOrder {
        origin: Origin::Shopify,
        shopify_id: Some(object.id("id")?),
        number: number(object)?,
        buyer: object.inner("customer").map(buyer).transpose()?,
        email: object.email("email").or_else(|| object.email("contact_email")),
        currency: object.text("currency").unwrap_or_default().to_owned(),
        shipping_amount: shipping.iter().fold(Decimal::ZERO, |sum, (price, ..)| sum.saturating_add(*price)),
        shipping_tax_amount: shipping.iter().fold(Decimal::ZERO, |sum, (_, tax, _)| sum.saturating_add(*tax)),
        total_amount,
        tax_included,
        shipping_method: shipping.into_iter().find_map(|(_, _, title)| title),
        discount_codes: codes(object)?,
        shipping_address: address::read(object, "shipping_address"),
        billing_address: address::read(object, "billing_address"),
        tags: object.tags("tags"),
        note: object.cut("note", NOTE),
        placed_at,
        cancelled: cancelled_at.map(|at| ExternalEnd { at, reason: object.cut("cancel_reason", SHORT) }),
        updated_at: Some(updated_at),
        payment: payment::read(object, &refunds, total_amount, updated_at)?,
        refunds: refunds.iter().map(|refund| refund.external(tax_included, |id| lines.place(id))).collect(),
        parcels,
        sent_at: None,
        lines: lines.lines,
    })
}

/// The number that people see, such as `#1001`.
fn number(object: Object<'_>) -> Result<String, Refusal> {
    let name = object.cut("name", SHORT);
    let number = || -> Result<String, Refusal> { Ok(format!("#{}", object.id("order_number")?)) };
    name.map_or_else(number, Ok)
}

fn buyer(customer: Object<'_>) -> Result<ExternalBuyer, Refusal> {
    Ok(ExternalBuyer {
        shopify_id: customer.optional_id("id")?,
        email: customer.email("email"),
        first_name: customer.cut("first_name", NAME),
        last_name: customer.cut("last_name", NAME),
        phone: customer.cut("phone", SHORT),
    })
}

fn codes(object: Object<'_>) -> Result<Vec<String>, Refusal> {
    let codes = object.each("discount_codes", |code| Ok(code.cut("code", NAME)))?;
    Ok(codes.into_iter().flatten().take(CODES).collect())
}

/// The parcels that have left.
fn parcels(object: Object<'_>, found: &Lines, updated_at: DateTime<Utc>) -> Result<Vec<ExternalParcel>, Refusal> {
    let parcels = object.each("fulfillments", |parcel| {
        if parcel.text("status") != Some("success") {
            return Ok(None);
        }
        let contents = parcel.each("line_items", lines::sent_line)?;
        let contents = contents.into_iter().filter_map(|(id, quantity)| Some((found.place(&id)?, quantity)));
        let is_delivered = parcel.text("shipment_status") == Some("delivered");
        let told_at = parcel.time("updated_at")?.unwrap_or(updated_at);
        Ok(Some(ExternalParcel {
            shopify_id: parcel.id("id")?,
            shopify_location_id: parcel.optional_id("location_id")?,
            carrier: parcel.cut("tracking_company", NAME),
            tracking_number: parcel.cut("tracking_number", NAME),
            tracking_url: parcel.text("tracking_url").map(str::to_owned),
            shipped_at: parcel.time("created_at")?.unwrap_or(updated_at),
            delivered_at: is_delivered.then_some(told_at),
            lines: contents.collect(),
        }))
    })?;
    Ok(parcels.into_iter().flatten().collect())
}
