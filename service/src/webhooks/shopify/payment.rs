//! What was paid of an order, in total.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{object::Object, refund::Refund};
use crate::{
    orders::external::{ExternalPayment, Origin},
    refusal::Refusal,
};

/// The most characters of how something is paid.
const METHOD: usize = 50;

/// Reads it; none while no money came or was promised.
pub(super) fn read(
    object: Object<'_>,
    refunds: &[Refund],
    total: Decimal,
    at: DateTime<Utc>,
) -> Result<Option<ExternalPayment>, Refusal> {
    let (authorized, captured) = match object.text("financial_status") {
        Some("authorized") => (total, Decimal::ZERO),
        Some("voided") => (Decimal::ZERO, Decimal::ZERO),
        Some("paid" | "partially_paid" | "partially_refunded" | "refunded") => {
            let captured = captured(object, refunds)?;
            // What was authorised before is not told any more.
            (captured, captured)
        }
        _ => return Ok(None),
    };
    let methods = object.tags("payment_gateway_names");
    Ok(Some(ExternalPayment {
        provider: Origin::Shopify.source(),
        method: methods.first().map(|method| method.chars().take(METHOD).collect()),
        reference: Some(object.id("id")?),
        authorized,
        captured,
        at,
    }))
}

/// What came in: what was paid net, and what went back. Net is the current total of the order less what is outstanding.
fn captured(object: Object<'_>, refunds: &[Refund]) -> Result<Decimal, Refusal> {
    let total = object.amount("total_price")?;
    let outstanding = object.optional_amount("total_outstanding")?;
    let captured = match (object.optional_amount("current_total_price")?, outstanding) {
        (Some(current), Some(outstanding)) => {
            let refunded = refunds.iter().fold(Decimal::ZERO, |sum, refund| sum.saturating_add(refund.amount));
            current.saturating_sub(outstanding).saturating_add(refunded)
        }
        (None, Some(outstanding)) => total.saturating_sub(outstanding),
        (_, None) if object.text("financial_status") == Some("partially_paid") => Decimal::ZERO,
        (_, None) => total,
    };
    Ok(captured.max(Decimal::ZERO))
}
