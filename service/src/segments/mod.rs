//! Segments: groups of customers, by criteria or by hand.
//!
//! - [`create`], [`update`]: a segment itself; `fields`: what it can be. [`recompute`]: its members, recomputed by the
//!   criteria, also when that is due. [`assign`]: members by hand, who stay whatever the criteria say.
//! - [`preview`]: who would be found. `criteria`: what is asked of customers; lists use it, too. `circle`: a segment
//!   must not depend on itself. `schedule`: when members are found by themselves.
//!
//! The number of members and the time of the last look do not move a segment's version: they would be in the way of
//! whoever edits it.

pub mod assign;
mod circle;
pub mod create;
pub(crate) mod criteria;
mod fields;
pub mod preview;
pub mod recompute;
pub(crate) mod schedule;
pub mod update;

use entity::sea_orm_active_enums::EventAggregate;
use sea_orm::QueryResult;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

pub(crate) use recompute::{recompute_due, write_due};

use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    events::{Event, EventKind},
};

/// What a segment is called in a sentence.
const NOUN: &str = "segment";

/// How many members a segment has.
pub(crate) struct Counted {
    segment: Uuid,
    version: i32,
    members: i32,
}

/// Counts the members of segments, which are locked.
pub(crate) async fn count(unit: &UnitOfWork, segments: &[Uuid]) -> Result<Vec<Counted>> {
    let mut sql = unit.sql();
    sql.push("UPDATE customer_segments SET member_count = (SELECT COUNT(*) FROM customer_segment_members AS m ");
    sql.push("WHERE m.segment_id = customer_segments.id) WHERE id").is_any(segments);
    sql.push(" RETURNING id, version, member_count");
    unit.returning(sql).await?.iter().map(Counted::of).collect()
}

/// How many more members a segment has, or fewer.
struct CountChange {
    segment: Uuid,
    added: i32,
}

fn change_columns() -> Vec<Column<CountChange>> {
    columns!(CountChange: segment, added).into()
}

/// Adds to the numbers of members of segments, which are locked. It takes no longer for a large segment.
async fn add_to_counts(unit: &UnitOfWork, changes: &[CountChange]) -> Result<Vec<Counted>> {
    let mut sql = unit.sql();
    sql.push("UPDATE customer_segments SET member_count = member_count + k.added FROM ");
    sql.records(&change_columns(), changes);
    sql.push(" WHERE customer_segments.id = k.segment RETURNING id, version, member_count");
    unit.returning(sql).await?.iter().map(Counted::of).collect()
}

impl Counted {
    fn of(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            segment: row.try_get_by("id")?,
            version: row.try_get_by("version")?,
            members: row.try_get_by("member_count")?,
        })
    }

    /// Tells what happened to the members of the segment.
    fn tell<const N: usize>(&self, unit: &mut UnitOfWork, kind: EventKind, changes: [(&str, Json); N]) {
        let mut changes = Map::from_iter(changes.map(|(name, value)| (name.to_owned(), value)));
        changes.insert("memberCount".to_owned(), self.members.into());
        unit.emit(Event {
            kind,
            aggregate_type: EventAggregate::Segment,
            aggregate_id: self.segment,
            aggregate_version: self.version,
            agent_id: None,
            execution_id: None,
            changes,
        });
    }
}
