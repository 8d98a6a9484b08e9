//! Recomputing a dynamic list: its subscribers are the customers who fit its criteria and allow messages. Whoever left
//! the list stays away.

use chrono::{DateTime, Utc};
use entity::{
    email_lists,
    sea_orm_active_enums::{ConsentChannel, EmailListType, SubscriptionStatus},
};
use sea_orm::{EntityTrait, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::count;
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    database::{Alias, Sql},
    edit::{self, check},
    events::EventKind,
    refusal::{At, Refusal},
    segments::{
        criteria::{Criteria, write_granted},
        schedule,
    },
};

/// The source of those who were found.
const SOURCE: &str = "criteria";

/// Recomputes the subscribers of a dynamic list.
#[derive(Clone, Debug, Serialize)]
pub struct Recompute {
    /// The list.
    pub id: Uuid,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Recomputed {
    /// The list.
    pub list: Uuid,
    /// How many subscribers were added.
    pub added: i32,
    /// How many were removed.
    pub removed: i32,
}

impl Verb for Recompute {
    type Outcome = Recomputed;
    const OPERATION: Operation = Operation::RecomputeEmailList;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Recomputed> {
        let list: email_lists::Model = edit::lock(unit, self.id, None).await.at(["id"])?;
        let criteria = criteria_of(&list)?;
        recompute(unit, &list, &criteria).await
    }
}

/// Writes the search for lists whose subscribers are due: `id` and `due`.
pub(crate) fn write_due(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    schedule::write_due(sql, "email_lists", now)
}

/// Recomputes those lists that are still due under their lock; how many.
pub(crate) async fn recompute_due(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let mut done = 0;
    for id in ids {
        let found = email_lists::Entity::find_by_id(*id).lock_exclusive().one(unit.txn().await?).await?;
        let now = unit.now();
        let Some(list) = found.filter(|it| it.next_compute_at.is_some_and(|due| due <= now)) else { continue };
        match criteria_of(&list) {
            Ok(criteria) => recompute(unit, &list, &criteria).await.map(drop)?,
            Err(refusal) => {
                tracing::warn!(id = %list.id, "the subscribers of a list are not found: {}", refusal.message);
                look_later(unit, &list);
            }
        }
        done += 1;
    }
    Ok(done)
}

/// The criteria of a list, if it is dynamic.
fn criteria_of(list: &email_lists::Model) -> Result<Criteria, Refusal> {
    if list.r#type != EmailListType::Dynamic {
        return Err(check::invalid("id", "only a dynamic list finds its subscribers by criteria"));
    }
    Criteria::stored(list.criteria.as_ref().unwrap_or(&Json::Null))
}

/// Notes when the subscribers are found the next time.
fn look_later(unit: &UnitOfWork, list: &email_lists::Model) {
    let next = schedule::next(unit.now(), list.refresh_minutes, list.is_active);
    unit.write(|sql| {
        sql.push("UPDATE email_lists SET next_compute_at = ").bind(next).push(" WHERE id = ").bind(list.id);
    });
}

/// Recomputes a list, which is locked.
async fn recompute(unit: &mut UnitOfWork, list: &email_lists::Model, criteria: &Criteria) -> Result<Recomputed> {
    let added = unit.execute(addition(unit, list.id, criteria)).await?;
    let removed = unit.execute(removal(unit, list.id, criteria)).await?;
    look_later(unit, list);
    let number = |rows: u64| i32::try_from(rows).unwrap_or(i32::MAX);
    let (added, removed) = (number(added), number(removed));
    for counted in count(unit, &[list.id]).await? {
        if added > 0 || removed > 0 {
            let changes = [("added", added.into()), ("removed", removed.into())];
            counted.tell(unit, EventKind::ListRecomputed, changes);
        }
    }
    Ok(Recomputed { list: list.id, added, removed })
}

/// The statement that adds who fits.
fn addition(unit: &UnitOfWork, list: Uuid, criteria: &Criteria) -> Sql {
    let (mut sql, now) = (unit.sql(), unit.now());
    let customer = sql.alias();
    sql.push("INSERT INTO email_subscribers (email, list_id, customer_id, status, subscribed_at, source, ");
    sql.write(format_args!("address_hash, created_at, updated_at) SELECT {customer}.email, ")).bind(list);
    sql.write(format_args!(", {customer}.id, ")).literal(&SubscriptionStatus::Subscribed).push(", ").bind(now);
    sql.write(format_args!(", '{SOURCE}', {customer}.email_hash, ")).bind(now).push(", ").bind(now);
    sql.write(format_args!(" FROM customers AS {customer} WHERE "));
    write_fits(&mut sql, customer, list, criteria);
    // Whoever left is still there.
    sql.push(" ON CONFLICT (email, list_id) DO NOTHING");
    sql
}

/// The statement that removes who does not fit any more.
fn removal(unit: &UnitOfWork, list: Uuid, criteria: &Criteria) -> Sql {
    let mut sql = unit.sql();
    let customer = sql.alias();
    sql.push("DELETE FROM email_subscribers WHERE list_id = ").bind(list).push(" AND status");
    sql.is_one_of(&[SubscriptionStatus::Subscribed, SubscriptionStatus::Pending]);
    // `NOT EXISTS` would be a join of everybody with everybody on PostgreSQL, where hash joins are off.
    sql.write(format_args!(" AND (EXISTS (SELECT 1 FROM customers AS {customer} WHERE {customer}.email = "));
    sql.push("email_subscribers.email AND ");
    write_fits(&mut sql, customer, list, criteria);
    sql.push(")) IS NOT TRUE");
    sql
}

/// Writes that a customer fits, allows messages, and did not leave the list by another address.
fn write_fits(sql: &mut Sql, customer: Alias, list: Uuid, criteria: &Criteria) {
    sql.write(format_args!("{customer}.erased_at IS NULL AND "));
    write_granted(sql, ConsentChannel::Email, format_args!("{customer}.email_hash"));
    sql.push(" AND NOT EXISTS (SELECT 1 FROM email_subscribers AS x WHERE x.list_id = ").bind(list);
    sql.write(format_args!(" AND x.customer_id = {customer}.id AND x.status"));
    sql.is_one_of(&[SubscriptionStatus::Unsubscribed, SubscriptionStatus::Complained]).push(") AND ");
    criteria.write(sql, customer);
}
