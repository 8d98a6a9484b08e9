//! Money that comes for an order which was cancelled.

use entity::{orders, sea_orm_active_enums::OrderStatus};

use super::{
    again,
    cancel::EXPIRED,
    confirm,
    lines::{demands, of_items, wish},
    rows,
    settle::{save, settle},
    sums, uses,
};
use crate::{
    Error, Result, UnitOfWork,
    events::EventKind,
    payments,
    refusal::Code,
    settings::{self, Settings},
    stock,
};

/// What becomes of a cancelled order that money was captured for; it is locked, and its payments are settled. One that
/// expired takes its stock again, if all of it is there and all was paid: it is confirmed. Of any other order the money
/// is to go back.
pub(crate) async fn late_money(unit: &mut UnitOfWork, order: &orders::Model) -> Result<orders::Model> {
    if order.status != OrderStatus::Cancelled {
        return Ok(order.clone());
    }
    let settings = settings::load(unit).await?;
    let (money, _) = sums::read(unit, order.id).await?;
    let refundable = money.refundable();
    if refundable.is_zero() {
        return Ok(order.clone());
    }
    let has_expired = order.cancel_reason.as_deref() == Some(EXPIRED) && order.placed_at.is_some();
    if has_expired
        && refundable >= order.total_amount
        && let Some(revived) = revive(unit, &settings, order).await?
    {
        return Ok(revived);
    }
    let told = save(unit, &settings, order, order.clone(), Some(EventKind::OrderPaidAfterCancel)).await?;
    payments::refund::request_everything(unit, &told, Some(LATE)).await?;
    settle(unit, &settings, order.id).await
}

/// Why late money goes back.
const LATE: &str = "paid after the order was cancelled";

/// Takes the stock of an order again; none if it is not there.
async fn revive(unit: &mut UnitOfWork, settings: &Settings, before: &orders::Model) -> Result<Option<orders::Model>> {
    let items = rows::items(unit, before.id).await?;
    // What is not there any more cannot be sold.
    if items.iter().any(|item| item.product_variant_id.is_none()) {
        return Ok(None);
    }
    let taken = match stock::take(unit, settings, &demands(&items)).await {
        Ok(taken) => taken,
        Err(Error::Refused(short)) if short.code == Code::InsufficientStock => return Ok(None),
        Err(error) => return Err(error),
    };
    stock::reserve(unit, before.id, None, &of_items(&items, &taken));
    // A discount whose limit is full in the meantime keeps its price.
    match again::price(unit, settings, before, wish(before, &items, before.customer_id)?).await {
        Ok(priced) => uses::add(unit, before, &priced.uses).await?,
        Err(Error::Refused(_)) => {}
        Err(error) => return Err(error),
    }
    let mut order = before.clone();
    confirm::accept(unit, &mut order);
    order.cancelled_at = None;
    order.cancel_reason = None;
    Ok(Some(save(unit, settings, before, order, Some(EventKind::OrderRevived)).await?))
}
