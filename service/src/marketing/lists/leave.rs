//! Addresses that leave lists.

use std::collections::HashMap;

use entity::sea_orm_active_enums::{ConsentState, SubscriptionStatus};
use uuid::Uuid;

use super::{CountChange, add_to_counts, lock_where, subscription::left_by};
use crate::{
    Result, UnitOfWork,
    database::{Sql, row::enum_value},
    events::EventKind,
};

/// Takes addresses, by their hashes, off all lists, with the reason: withdrawn, bounced or complained. The
/// consents themselves are recorded by the caller, before, since customers are locked before lists.
pub(crate) async fn withdraw(unit: &mut UnitOfWork, hashes: &[&str], state: ConsentState) -> Result<()> {
    match left_by(state) {
        Some(status) => leave(unit, hashes, None, status).await.map(drop),
        None => Ok(()),
    }
}

/// Takes addresses off a list, or without one off all; off which ones. Who did not confirm yet is unsubscribed.
pub(super) async fn leave(
    unit: &mut UnitOfWork,
    hashes: &[&str],
    list: Option<Uuid>,
    status: SubscriptionStatus,
) -> Result<Vec<Uuid>> {
    let lists = lock_where(unit, |sql| {
        sql.push("l.id IN (SELECT s.list_id FROM email_subscribers AS s WHERE ");
        are_there(sql, hashes, list);
        sql.push(")");
    })
    .await?;
    if lists.is_empty() {
        return Ok(lists);
    }
    let mut left: HashMap<Uuid, Left> = HashMap::new();
    let mut sql = unit.sql();
    sql.push("SELECT s.list_id, s.status FROM email_subscribers AS s WHERE ");
    are_there(&mut sql, hashes, list);
    sql.push(" AND s.list_id").is_any(&lists);
    for row in unit.rows(sql).await? {
        let of_list = left.entry(row.try_get_by("list_id")?).or_default();
        of_list.all += 1;
        if enum_value::<SubscriptionStatus>(&row, "status")? == SubscriptionStatus::Subscribed {
            of_list.subscribed += 1;
        }
    }
    let mut sql = unit.sql();
    sql.push("UPDATE email_subscribers AS s SET status = CASE WHEN s.status = ").literal(&SubscriptionStatus::Pending);
    sql.push(" THEN ").literal(&SubscriptionStatus::Unsubscribed).push(" ELSE ").literal(&status);
    sql.push(" END, unsubscribed_at = ").bind(unit.now()).push(", updated_at = ").bind(unit.now()).push(" WHERE ");
    are_there(&mut sql, hashes, list);
    sql.push(" AND s.list_id").is_any(&lists);
    unit.execute(sql).await?;
    let changes = left.iter().map(|(list, left)| CountChange { list: *list, added: -left.subscribed });
    for counted in add_to_counts(unit, &changes.collect::<Vec<_>>()).await? {
        if let Some(left) = left.get(&counted.list) {
            counted.tell(unit, EventKind::ListUnsubscribed, [("unsubscribed", left.all.into())]);
        }
    }
    Ok(lists)
}

/// How many addresses leave a list.
#[derive(Default)]
struct Left {
    all: i32,
    /// Without those that did not confirm yet.
    subscribed: i32,
}

/// Writes which rows `s` are on the lists.
fn are_there(sql: &mut Sql, hashes: &[&str], list: Option<Uuid>) {
    sql.push("s.address_hash").is_any_text(hashes);
    sql.push(" AND s.status").is_one_of(&[SubscriptionStatus::Pending, SubscriptionStatus::Subscribed]);
    if let Some(list) = list {
        sql.push(" AND s.list_id = ").bind(list);
    }
}
