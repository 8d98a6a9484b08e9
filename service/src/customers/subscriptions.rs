//! The subscriptions of customers who are merged or erased. Lists are locked after customers, and their counts follow.

use std::collections::HashMap;

use entity::{email_subscribers, sea_orm_active_enums::SubscriptionStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{Result, UnitOfWork, database::Sql, marketing::lists};

/// Makes the subscriptions of customers those of another one, and so those of all their addresses, which may have been
/// subscribed before they were customers. A person who left a list by one address has left it.
pub(super) async fn hand_over(unit: &UnitOfWork, from: &[Uuid], into: Uuid, emails: &[&str]) -> Result<()> {
    let all: Vec<Uuid> = from.iter().copied().chain([into]).collect();
    let theirs = lock_lists(unit, |sql| {
        sql.push("customer_id").is_any(&all).push(" OR email").is_any_text(emails);
    })
    .await?;
    if theirs.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("UPDATE email_subscribers SET customer_id = ").bind(into).push(", updated_at = ").bind(unit.now());
    sql.push(" WHERE customer_id").is_any(from);
    sql.push(" OR (customer_id IS NULL AND email").is_any_text(emails).push(")");
    unit.execute(sql).await?;
    for (list, status) in left(unit, into).await? {
        let mut sql = unit.sql();
        sql.push("UPDATE email_subscribers SET status = ").literal(&status).push(", unsubscribed_at = ");
        sql.bind(unit.now()).push(", updated_at = ").bind(unit.now()).push(" WHERE customer_id = ").bind(into);
        sql.push(" AND list_id = ").bind(list).push(" AND status");
        sql.is_one_of(&[SubscriptionStatus::Subscribed, SubscriptionStatus::Pending]);
        unit.execute(sql).await?;
    }
    lists::count(unit, &theirs).await.map(drop)
}

/// Removes the subscriptions of a customer, and those of some addresses.
pub(super) async fn remove(unit: &UnitOfWork, customer: Uuid, emails: &[&str]) -> Result<()> {
    let condition = |sql: &mut Sql| {
        sql.push("customer_id = ").bind(customer).push(" OR email").is_any_text(emails);
    };
    let theirs = lock_lists(unit, condition).await?;
    if theirs.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("DELETE FROM email_subscribers WHERE ");
    condition(&mut sql);
    unit.execute(sql).await?;
    lists::count(unit, &theirs).await.map(drop)
}

/// Locks the lists of subscriptions, in the order of their ids.
async fn lock_lists(unit: &UnitOfWork, condition: impl FnOnce(&mut Sql)) -> Result<Vec<Uuid>> {
    lists::lock_where(unit, |sql| {
        sql.push("l.id IN (SELECT list_id FROM email_subscribers WHERE ");
        condition(sql);
        sql.push(")");
    })
    .await
}

/// The lists that a customer left by some address, each with the strictest reason.
async fn left(unit: &UnitOfWork, customer: Uuid) -> Result<HashMap<Uuid, SubscriptionStatus>> {
    let found = email_subscribers::Entity::find().filter(email_subscribers::Column::CustomerId.eq(customer));
    let mut left: HashMap<Uuid, SubscriptionStatus> = HashMap::new();
    for row in found.all(unit.txn().await?).await? {
        let known = left.get(&row.list_id).map_or(0, |status| strictness(*status));
        if strictness(row.status) > known {
            left.insert(row.list_id, row.status);
        }
    }
    Ok(left)
}

/// How much a status forbids; 0 of one that forbids nothing to another address.
fn strictness(status: SubscriptionStatus) -> u8 {
    match status {
        SubscriptionStatus::Subscribed | SubscriptionStatus::Pending => 0,
        SubscriptionStatus::Unsubscribed => 1,
        SubscriptionStatus::Bounced => 2,
        SubscriptionStatus::Complained => 3,
    }
}
