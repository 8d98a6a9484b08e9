//! The row of an order that another system decided about.

use entity::{
    orders,
    sea_orm_active_enums::{FinancialStatus, FulfillmentStatus, OrderStatus},
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{check::Sums, find::Buyer, given::ExternalOrder, lines::Plan};
use crate::{
    Result, UnitOfWork,
    customers::address::normal,
    edit::check::invalid,
    money::stored,
    orders::{report, wanted::list},
    pricing::rate,
    refusal::Refusal,
    settings::Settings,
    zone,
};

/// A new order: pending, and worth nothing yet.
pub(super) fn blank(unit: &UnitOfWork, given: &ExternalOrder, order_number: String) -> orders::Model {
    orders::Model {
        id: Uuid::now_v7(),
        shopify_order_id: given.shopify_id.clone(),
        order_number,
        customer_id: None,
        status: OrderStatus::Pending,
        subtotal_amount: Decimal::ZERO,
        discount_amount: Decimal::ZERO,
        tax_amount: Decimal::ZERO,
        shipping_amount: Decimal::ZERO,
        total_amount: Decimal::ZERO,
        currency: given.currency.clone(),
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        financial_status: FinancialStatus::Pending,
        version: 1,
        created_at: unit.now().into(),
        updated_at: unit.now().into(),
        source: given.origin.source().to_owned(),
        placed_by_agent_id: None,
        email: None,
        shipping_address: None,
        billing_address: None,
        note: None,
        tags: json!([]),
        shipping_method: None,
        discount_codes: json!([]),
        tax_included: given.tax_included,
        included_tax_amount: Decimal::ZERO,
        shipping_tax_amount: Decimal::ZERO,
        captured_amount: Decimal::ZERO,
        refunded_amount: Decimal::ZERO,
        exchange_rate_e10: rate::SAME,
        report_amount: Decimal::ZERO,
        hold_expires_at: None,
        valid_until: None,
        placed_at: Some(given.placed_at.into()),
        confirmed_at: None,
        completed_at: None,
        cancelled_at: None,
        cancel_reason: None,
        source_updated_at: None,
    }
}

/// Writes what the other system says into an order.
pub(super) fn apply(order: &mut orders::Model, given: &ExternalOrder, plan: &Plan) {
    let sums = Sums::of(given);
    let (on_top, contained) = if given.tax_included { (Decimal::ZERO, sums.tax) } else { (sums.tax, Decimal::ZERO) };
    order.shopify_order_id = given.shopify_id.clone().or(order.shopify_order_id.take());
    order.subtotal_amount = stored(sums.subtotal + plan.emptied());
    order.discount_amount = stored(sums.discount + plan.emptied());
    order.tax_amount = stored(on_top);
    order.included_tax_amount = stored(contained);
    order.shipping_amount = stored(given.shipping_amount);
    order.shipping_tax_amount = stored(given.shipping_tax_amount);
    order.total_amount = stored(given.total_amount);
    order.tax_included = given.tax_included;
    order.shipping_method.clone_from(&given.shipping_method);
    order.discount_codes = list(&given.discount_codes);
    order.tags = list(&given.tags);
    order.placed_at = Some(given.placed_at.into());
    order.source_updated_at = given.updated_at.map(Into::into).or(order.source_updated_at);
}

/// Writes who buys. Nothing is written any more about somebody who was erased.
pub(super) fn apply_buyer(order: &mut orders::Model, given: &ExternalOrder, buyer: Buyer) {
    order.customer_id = buyer.id;
    if !buyer.is_erased {
        order.email = given.email.as_deref().map(normal);
        order.shipping_address.clone_from(&given.shipping_address);
        order.billing_address.clone_from(&given.billing_address);
        order.note.clone_from(&given.note);
    }
}

/// Refuses another currency than an order has.
pub(super) fn check_currency(order: &orders::Model, given: &ExternalOrder) -> Result<(), Refusal> {
    match order.currency == given.currency {
        true => Ok(()),
        false => {
            let (own, other) = (&order.currency, &given.currency);
            Err(invalid("currency", format!("the order is in {own}, and cannot become one in {other}")))
        }
    }
}

/// Moves an order to the status that its pieces have brought it to. What was cancelled stays so.
pub(super) fn begin(order: &mut orders::Model, given: &ExternalOrder, plan: &Plan) {
    let (sent, open) = plan.pieces();
    let is_begun = match order.status {
        OrderStatus::Pending | OrderStatus::Confirmed => sent > 0,
        // More was added to it.
        OrderStatus::Completed => open > 0,
        OrderStatus::Draft | OrderStatus::Processing | OrderStatus::Cancelled => false,
    };
    if is_begun {
        order.status = OrderStatus::Processing;
        order.confirmed_at = order.confirmed_at.or(Some(given.placed_at.into()));
        order.completed_at = None;
        order.hold_expires_at = None;
    }
}

/// Writes the exchange rate of the day on which a new order was placed. Refused is an order whose currency has none.
pub(super) async fn rate(unit: &UnitOfWork, settings: &Settings, order: &mut orders::Model) -> Result<()> {
    if order.currency != settings.currency {
        let placed_at = order.placed_at.map_or(unit.now(), |at| at.to_utc());
        let day = zone::day_of(placed_at, settings.time_zone);
        let mut sql = unit.sql();
        sql.push("SELECT rate_e10 FROM exchange_rates WHERE base = ").bind(order.currency.as_str());
        sql.push(" AND quote = ").bind(settings.currency.as_str()).push(" AND day <= ").bind(day);
        sql.push(" ORDER BY day DESC LIMIT 1");
        let rows = unit.rows(sql).await?;
        let (base, quote) = (&order.currency, &settings.currency);
        let missing = || {
            let message = format!("there is no exchange rate from {base} to {quote} for {day} or before: add one");
            invalid(NO_RATE, message)
        };
        order.exchange_rate_e10 = rows.first().ok_or_else(missing)?.try_get_by("rate_e10")?;
    }
    order.report_amount = report::checked(order, &settings.currency)?;
    Ok(())
}

/// Where a refusal says that an exchange rate is missing.
pub(crate) const NO_RATE: &str = "exchangeRate";
