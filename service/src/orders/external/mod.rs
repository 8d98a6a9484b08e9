//! Orders that another system decided about. What it says is a fact, and is written as it was sent.
//!
//! - `given`: what it says of an order; `check`: what an order must be. `refund`: a refund that is told by itself.
//! - `find`: what an order refers to. `order`: its row. `lines`, `item`: its items. `pieces`: what becomes of their
//!   stock. `parcels`: what was sent. `money`: what was paid and given back. `end`: its end.

mod check;
mod end;
mod find;
mod given;
mod item;
mod lines;
mod money;
mod order;
mod parcels;
mod pieces;
mod refund;
#[cfg(test)]
mod tests;

use entity::{orders, sea_orm_active_enums::OrderStatus};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::lines::Plan;
pub(crate) use self::{
    check::check,
    find::hold,
    given::{
        ExternalBuyer, ExternalEnd, ExternalLine, ExternalOrder, ExternalParcel, ExternalPayment, ExternalRefund,
        ExternalRefundLine, Origin,
    },
    order::NO_RATE,
    refund::{LoneLine, LoneRefund, Refunded, enter_refund, is_tax_included},
};
use super::{rows, settle};
use crate::{
    Result, UnitOfWork,
    customers::totals,
    events::EventKind,
    settings::{self, Settings},
};

/// What became of an order that another system decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Upserted {
    /// The order.
    pub(crate) order: Uuid,
    /// What changed of it.
    pub(crate) change: Written,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Written {
    /// It is new.
    Created,
    /// Something changed.
    Updated,
    /// All of it was known.
    Unchanged,
    /// A later change is known already: nothing was written.
    Stale,
}

/// Writes an order that another system decided about, with its lines, stock, money, refunds and parcels. The same once
/// more changes nothing. Refused are amounts that do not add up and values that an order cannot have, before anything
/// is written; the paths are those of the order's fields in camel case. That of a missing exchange rate is [`NO_RATE`].
pub(crate) async fn upsert(unit: &mut UnitOfWork, given: &ExternalOrder) -> Result<Upserted> {
    check(given)?;
    let settings = settings::load(unit).await?;
    match find::order(unit, given).await? {
        Some(before) if is_stale(&before, given) => Ok(Upserted { order: before.id, change: Written::Stale }),
        Some(before) => {
            let after = update(unit, &settings, &before, given).await?;
            let change = if after.version == before.version { Written::Unchanged } else { Written::Updated };
            Ok(Upserted { order: before.id, change })
        }
        None => Ok(Upserted { order: create(unit, &settings, given).await?, change: Written::Created }),
    }
}

/// Whether something later is known. A file says less than what the other system tells by itself.
fn is_stale(known: &orders::Model, given: &ExternalOrder) -> bool {
    match (known.source_updated_at, given.updated_at) {
        (Some(known), Some(given)) => given < known.to_utc(),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

async fn create(unit: &mut UnitOfWork, settings: &Settings, given: &ExternalOrder) -> Result<Uuid> {
    let number = find::number(unit, given).await?;
    let mut order = order::blank(unit, given, number);
    let plan = Plan::read(unit, order.id, given, Vec::new()).await?;
    order::apply(&mut order, given, &plan);
    order::rate(unit, settings, &mut order).await?;
    let buyer = find::buyer(unit, given).await?;
    order::apply_buyer(&mut order, given, buyer);
    let told = match given.origin {
        Origin::Shopify => EventKind::OrderPlaced,
        Origin::Import => EventKind::OrderImported,
    };
    let kept = pieces::lock(unit, &plan).await?;
    rows::insert(unit, &order, &[]);
    plan.write(unit);
    settle::tell(unit, None, &order, told);
    let id = order.id;
    let parcels = parcels::Known::default();
    follow(unit, settings, &order, order.clone(), given, (&plan, kept, &parcels), false).await?;
    if let Some(customer) = buyer.id {
        totals::follow(unit, settings, customer).await?;
    }
    Ok(id)
}

async fn update(
    unit: &mut UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    given: &ExternalOrder,
) -> Result<orders::Model> {
    order::check_currency(before, given)?;
    let items = rows::items(unit, before.id).await?;
    let plan = Plan::read(unit, before.id, given, items).await?;
    let parcels = parcels::Known::read(unit, before.id, given).await?;
    parcels.check(given, &plan)?;
    let buyer = match before.customer_id {
        Some(customer) => find::buyer_of(unit, customer).await?,
        None => find::buyer(unit, given).await?,
    };
    let mut order = before.clone();
    order::apply(&mut order, given, &plan);
    order::apply_buyer(&mut order, given, buyer);
    let edits = plan.changes_pieces();
    let kept = pieces::lock(unit, &plan).await?;
    plan.write(unit);
    follow(unit, settings, before, order, given, (&plan, kept, &parcels), edits).await
}

/// Lets everything follow: stock, parcels, statuses, money, the end. `edits` says whether lines have other pieces.
async fn follow(
    unit: &mut UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    mut order: orders::Model,
    given: &ExternalOrder,
    (plan, kept, parcels): (&Plan, pieces::Kept, &parcels::Known),
    edits: bool,
) -> Result<orders::Model> {
    let end = given.cancelled.as_ref().filter(|_| end::can_end(&order, plan));
    let is_open = end.is_none() && order.status != OrderStatus::Cancelled;
    pieces::follow(unit, settings, &order, plan, (kept, is_open)).await?;
    plan.remove(unit);
    parcels::write(unit, settings, &order, given, (plan, parcels)).await?;
    pieces::take_back(unit, settings, &order, given, plan).await?;
    order::begin(&mut order, given, plan);
    let kind = (edits && is_open).then_some(EventKind::OrderEdited);
    order = settle::save(unit, settings, before, order, kind).await?;
    money::follow(unit, &order, given, plan).await?;
    order = rows::read(unit, order.id).await?;
    match end {
        Some(end) => end::end(unit, settings, &order, end).await,
        None => Ok(order),
    }
}
