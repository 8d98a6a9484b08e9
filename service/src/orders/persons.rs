//! Whose orders they are: what becomes of orders when their customers are merged or erased. The totals of customers are
//! left to the caller.

use std::collections::HashSet;

use entity::orders;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{rows, settle::tell, state};
use crate::{Error, Result, UnitOfWork, events::EventKind};

/// Locks all orders of customers, in the order of their ids. Customers are locked later; then
/// [`check_all_of_customers`] asks whether any were added in the meantime.
pub(crate) async fn lock_of_customers(unit: &UnitOfWork, customers: &[Uuid]) -> Result<Vec<orders::Model>> {
    let found = orders::Entity::find().filter(orders::Column::CustomerId.is_in(customers.iter().copied()));
    Ok(found.order_by_asc(orders::Column::Id).lock_exclusive().all(unit.txn().await?).await?)
}

/// Locks all orders of a customer and all with one of these addresses, in the order of their ids.
pub(crate) async fn lock_of_person(unit: &UnitOfWork, customer: Uuid, emails: &[&str]) -> Result<Vec<orders::Model>> {
    let of_person = Condition::any().add(orders::Column::CustomerId.eq(customer));
    let of_person = of_person.add(orders::Column::Email.is_in(emails.iter().copied()));
    let found = orders::Entity::find().filter(of_person).order_by_asc(orders::Column::Id);
    Ok(found.lock_exclusive().all(unit.txn().await?).await?)
}

/// Has the call tried again if customers, who are locked now, have orders that are not among the locked orders.
pub(crate) async fn check_all_of_customers(
    unit: &UnitOfWork,
    customers: &[Uuid],
    locked: &[orders::Model],
) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM orders WHERE customer_id").is_any(customers);
    let now: HashSet<Uuid> = unit.ids(sql).await?;
    let locked: HashSet<Uuid> = locked.iter().map(|order| order.id).collect();
    if now.is_subset(&locked) { Ok(()) } else { Err(Error::Collision) }
}

/// The first of a customer's locked orders that is open, or has a payment that is disputed.
pub(crate) async fn find_open(unit: &UnitOfWork, customer: Uuid, locked: &[orders::Model]) -> Result<Option<Open>> {
    let own = || locked.iter().filter(move |order| order.customer_id == Some(customer));
    if let Some(order) = own().find(|order| state::is_open(order.status)) {
        return Ok(Some(Open::Order(order.order_number.clone())));
    }
    let ids: Vec<Uuid> = own().map(|order| order.id).collect();
    let mut sql = unit.sql();
    sql.push("SELECT id FROM payments WHERE is_disputed AND order_id").is_any(&ids).push(" ORDER BY id LIMIT 1");
    let disputed: Vec<Uuid> = unit.ids(sql).await?;
    Ok(disputed.first().copied().map(Open::Dispute))
}

/// What still needs the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// The number of an order that has not ended.
    Order(String),
    /// A payment that is disputed.
    Dispute(Uuid),
}

/// Makes locked orders those of another customer.
pub(crate) fn hand_over(unit: &mut UnitOfWork, locked: &[orders::Model], into: Uuid) {
    change(unit, locked, |order| order.customer_id = Some(into));
}

/// Forgets who bought: removes addresses and notes from the customer's orders, all of which are locked, and notes from
/// their returns; from other locked orders only the e-mail address.
pub(crate) async fn forget_person(unit: &mut UnitOfWork, customer: Uuid, locked: &[orders::Model]) -> Result<()> {
    change(unit, locked, |order| {
        order.email = None;
        if order.customer_id != Some(customer) {
            return;
        }
        order.shipping_address = None;
        order.billing_address = None;
        order.note = None;
    });
    let own = locked.iter().filter(|order| order.customer_id == Some(customer));
    let ids: Vec<Uuid> = own.map(|order| order.id).collect();
    let mut sql = unit.sql();
    sql.push("UPDATE returns SET note = NULL, version = version + 1, updated_at = ").bind(unit.now());
    sql.push(" WHERE note IS NOT NULL AND order_id").is_any(&ids);
    unit.execute(sql).await.map(drop)
}

/// Changes locked orders, with an event for each; those that stay the same are not written.
fn change(unit: &mut UnitOfWork, locked: &[orders::Model], change: impl Fn(&mut orders::Model)) {
    for before in locked {
        let mut order = before.clone();
        change(&mut order);
        if order == *before {
            continue;
        }
        order.version = order.version.saturating_add(1);
        order.updated_at = unit.now().into();
        tell(unit, Some(before), &order, EventKind::OrderUpdated);
        rows::update(unit, &order);
    }
}
