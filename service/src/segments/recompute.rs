//! Recomputing the members of a segment by its criteria. Those who were assigned by hand stay.
//!
//! One statement adds who fits, one removes who does not, under the lock of the segment's row.

use chrono::{DateTime, Utc};
use entity::customer_segments;
use sea_orm::{EntityTrait, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{count, criteria::Criteria, schedule};
use crate::{Result, UnitOfWork, Verb, access::Operation, database::Sql, edit, events::EventKind, refusal::At};

/// How well members fit who were found by the criteria.
const SCORE: i32 = 100;

/// Recomputes the members of a segment.
#[derive(Clone, Debug, Serialize)]
pub struct Recompute {
    /// The segment.
    pub id: Uuid,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Recomputed {
    /// The segment.
    pub segment: Uuid,
    /// How many members were added.
    pub added: i32,
    /// How many were removed.
    pub removed: i32,
}

impl Verb for Recompute {
    type Outcome = Recomputed;
    const OPERATION: Operation = Operation::RecomputeSegment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Recomputed> {
        let segment: customer_segments::Model = edit::lock(unit, self.id, None).await.at(["id"])?;
        let criteria = Criteria::stored(&segment.criteria)?;
        recompute(unit, &segment, &criteria).await
    }
}

/// Writes the search for segments whose members are due: `id` and `due`.
pub(crate) fn write_due(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    schedule::write_due(sql, "customer_segments", now)
}

/// Recomputes those segments that are still due under their lock; how many.
pub(crate) async fn recompute_due(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let mut done = 0;
    for id in ids {
        let found = customer_segments::Entity::find_by_id(*id).lock_exclusive().one(unit.txn().await?).await?;
        let now = unit.now();
        let Some(segment) = found.filter(|it| it.next_compute_at.is_some_and(|due| due <= now)) else { continue };
        match Criteria::stored(&segment.criteria) {
            Ok(criteria) => recompute(unit, &segment, &criteria).await.map(drop)?,
            Err(refusal) => {
                tracing::warn!(id = %segment.id, "the members of a segment are not found: {}", refusal.message);
                unit.write(|sql| {
                    sql.push("UPDATE customer_segments SET next_compute_at = ").bind(next(&segment, now));
                    sql.push(" WHERE id = ").bind(segment.id);
                });
            }
        }
        done += 1;
    }
    Ok(done)
}

/// When the members of a segment are found the next time.
fn next(segment: &customer_segments::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    schedule::next(now, segment.refresh_minutes, segment.is_active)
}

/// Recomputes the members of a segment, which is locked.
async fn recompute(
    unit: &mut UnitOfWork,
    segment: &customer_segments::Model,
    criteria: &Criteria,
) -> Result<Recomputed> {
    let (now, id) = (unit.now(), segment.id);
    let added = unit.execute(addition(unit, id, criteria)).await?;
    let removed = unit.execute(removal(unit, id, criteria)).await?;
    let mut sql = unit.sql();
    sql.push("UPDATE customer_segments SET computed_at = ").bind(now).push(", next_compute_at = ");
    sql.bind(next(segment, now)).push(" WHERE id = ").bind(id);
    unit.execute(sql).await?;
    let number = |rows: u64| i32::try_from(rows).unwrap_or(i32::MAX);
    let (added, removed) = (number(added), number(removed));
    for counted in count(unit, &[id]).await? {
        if added > 0 || removed > 0 {
            let changes = [("added", added.into()), ("removed", removed.into())];
            counted.tell(unit, EventKind::SegmentRecomputed, changes);
        }
    }
    Ok(Recomputed { segment: id, added, removed })
}

/// The statement that adds who fits.
fn addition(unit: &UnitOfWork, segment: Uuid, criteria: &Criteria) -> Sql {
    let (mut sql, now) = (unit.sql(), unit.now());
    let customer = sql.alias();
    sql.push("INSERT INTO customer_segment_members ");
    sql.push("(customer_id, segment_id, score, assigned_at, is_manual, created_at, updated_at) ");
    sql.write(format_args!("SELECT {customer}.id, ")).bind(segment).write(format_args!(", {SCORE}, "));
    sql.bind(now).push(", FALSE, ").bind(now).push(", ").bind(now);
    sql.write(format_args!(" FROM customers AS {customer} WHERE {customer}.erased_at IS NULL AND "));
    criteria.write(&mut sql, customer);
    sql.push(" ON CONFLICT (customer_id, segment_id) DO NOTHING");
    sql
}

/// The statement that removes who does not fit any more.
fn removal(unit: &UnitOfWork, segment: Uuid, criteria: &Criteria) -> Sql {
    let mut sql = unit.sql();
    let customer = sql.alias();
    sql.push("DELETE FROM customer_segment_members WHERE segment_id = ").bind(segment).push(" AND NOT is_manual ");
    // `NOT EXISTS` could be a join of everybody with everybody on PostgreSQL, where hash joins are off.
    sql.write(format_args!("AND (EXISTS (SELECT 1 FROM customers AS {customer} WHERE {customer}.id = "));
    sql.write(format_args!("customer_segment_members.customer_id AND {customer}.erased_at IS NULL AND "));
    criteria.write(&mut sql, customer);
    sql.push(")) IS NOT TRUE");
    sql
}
