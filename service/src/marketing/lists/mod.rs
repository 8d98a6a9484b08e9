//! E-mail lists: who gets what is written to them.
//!
//! - [`create`], [`update`], [`delete`]: a list itself; `fields`: what it can be. [`recompute`]: the subscribers of a
//!   dynamic list, recomputed by its criteria, also when that is due.
//! - [`subscribe`], [`confirm`]: how an address comes onto a list. [`unsubscribe`], `leave`: how it leaves, and stays
//!   away: no import, agent or segment brings it back, only its owner. `link`: what links to both say. `subscription`:
//!   how subscriptions move. `external`: subscriptions that a file brings.
//!
//! Addresses are held first, then customers, then lists: whoever holds a list is the only one who changes its
//! subscriptions. The number of subscribers does not move a list's version.

pub mod confirm;
pub mod create;
pub mod delete;
pub(crate) mod external;
mod fields;
mod leave;
pub(crate) mod link;
pub mod recompute;
pub mod subscribe;
mod subscription;
pub mod unsubscribe;
pub mod update;

use entity::sea_orm_active_enums::{EventAggregate, SubscriptionStatus};
use sea_orm::QueryResult;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

pub(crate) use leave::withdraw;
pub(crate) use recompute::{recompute_due, write_due};

use crate::{
    Result, UnitOfWork,
    database::{Column, Sql, columns},
    events::{Event, EventKind},
};

/// What a list is called in a sentence.
const NOUN: &str = "email list";

/// Counts who is subscribed to lists, which are locked; how many each has now.
pub(crate) async fn count(unit: &UnitOfWork, lists: &[Uuid]) -> Result<Vec<Counted>> {
    let mut sql = unit.sql();
    sql.push("UPDATE email_lists SET subscriber_count = (SELECT COUNT(*) FROM email_subscribers AS s ");
    sql.push("WHERE s.list_id = email_lists.id AND s.status = ").literal(&SubscriptionStatus::Subscribed);
    sql.push(") WHERE id").is_any(lists).push(" RETURNING id, version, subscriber_count");
    unit.returning(sql).await?.iter().map(Counted::of).collect()
}

/// How many more are subscribed to a list, or fewer.
struct CountChange {
    list: Uuid,
    added: i32,
}

fn change_columns() -> Vec<Column<CountChange>> {
    columns!(CountChange: list, added).into()
}

/// Adds to the numbers of subscribers of lists, which are locked; how many each has now. It takes no longer on a large
/// list.
async fn add_to_counts(unit: &UnitOfWork, changes: &[CountChange]) -> Result<Vec<Counted>> {
    let mut sql = unit.sql();
    sql.push("UPDATE email_lists SET subscriber_count = subscriber_count + k.added FROM ");
    sql.records(&change_columns(), changes);
    sql.push(" WHERE email_lists.id = k.list RETURNING id, version, subscriber_count");
    unit.returning(sql).await?.iter().map(Counted::of).collect()
}

/// How many are subscribed to a list.
pub(crate) struct Counted {
    list: Uuid,
    version: i32,
    subscribers: i32,
}

impl Counted {
    fn of(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            list: row.try_get_by("id")?,
            version: row.try_get_by("version")?,
            subscribers: row.try_get_by("subscriber_count")?,
        })
    }

    /// Tells what happened to the subscribers of the list.
    fn tell<const N: usize>(&self, unit: &mut UnitOfWork, kind: EventKind, changes: [(&str, Json); N]) {
        let mut changes = Map::from_iter(changes.map(|(name, value)| (name.to_owned(), value)));
        changes.insert("subscriberCount".to_owned(), self.subscribers.into());
        unit.emit(Event {
            kind,
            aggregate_type: EventAggregate::List,
            aggregate_id: self.list,
            aggregate_version: self.version,
            agent_id: None,
            execution_id: None,
            changes,
        });
    }
}

/// Locks the lists for which a condition on `l` holds, in the order of their ids.
pub(crate) async fn lock_where(unit: &UnitOfWork, condition: impl FnOnce(&mut Sql)) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT l.id FROM email_lists AS l WHERE ");
    condition(&mut sql);
    sql.push(" ORDER BY l.id").for_update_of("l");
    unit.ids(sql).await
}
