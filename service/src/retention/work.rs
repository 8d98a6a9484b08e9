//! Finished work: written to an archive, then removed.
//!
//! - [`Unit`]: what goes together, and whether it is old. [`Batch`]: the rows of one transaction.
//!
//! A unit that has more rows than a transaction takes goes in parts, from the bottom up: what hangs on a task before the
//! task, a part of a task before the task, the tasks before their execution.

mod batch;
mod unit;

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::QueryResult;
use tokio::time::sleep;
use uuid::Uuid;

use super::{Archive, PAUSE, is_held};
use crate::{Actor, Error, Result, Service, UnitOfWork, database::Sql};
use batch::Batch;
use unit::{Extent, Part, Place, Unit, Which};

/// Units that are looked at for one transaction.
const UNITS: usize = 100;
/// Rows that one transaction removes at most, of all tables together. Some have much JSON.
const ROWS: u32 = 250;

/// For how long finished work stays in the database, and where it goes then.
#[derive(Clone, Debug)]
pub struct FinishedWork {
    /// How long it is kept, at least.
    pub age: Duration,
    /// Where it is written to.
    pub archive: Archive,
}

impl Service {
    /// Archives and removes the executions, and the tasks without one, that ended long enough ago together with all
    /// that belongs to them; says how many rows. Fewer than there are, if another process removes already.
    pub async fn archive_old_work(&self, work: &FinishedWork) -> Result<u64> {
        let Some(until) = self.old_until(work.age) else { return Ok(0) };
        let mut removed = 0;
        for kind in Unit::ALL {
            // What stays is not looked at again for every transaction.
            let mut after = None;
            while let Some(step) = self.archive_some(kind, until, after, &work.archive).await? {
                removed += step.rows;
                after = step.after;
                sleep(PAUSE).await;
            }
        }
        Ok(removed)
    }

    /// How many rows of finished work are older than an age.
    pub async fn count_old_work(&self, age: Duration) -> Result<u64> {
        let Some(until) = self.old_until(age) else { return Ok(0) };
        let mut count = 0;
        for kind in Unit::ALL {
            let mut after = None;
            loop {
                let mut sql = self.sql();
                kind.write_old(&mut sql, until, Which::After(after, UNITS));
                let found = places(&self.database().read(sql).await?)?;
                after = found.last().copied();
                let units: Vec<Uuid> = found.into_iter().map(|(_, id)| id).collect();
                let mut sql = self.sql();
                kind.write_count(&mut sql, &units);
                let rows = self.database().read(sql).await?;
                let below: i64 = rows.first().map(|row| row.try_get_by("number")).transpose()?.unwrap_or_default();
                count += below.unsigned_abs() + u64::from(kind.own_rows()) * units.len() as u64;
                if units.len() < UNITS {
                    break;
                }
            }
        }
        Ok(count)
    }

    fn sql(&self) -> Sql {
        Sql::new(self.database().engine())
    }

    /// Up to which time something ended long enough ago.
    fn old_until(&self, age: Duration) -> Option<DateTime<Utc>> {
        let age = TimeDelta::from_std(age).ok().filter(|age| !age.is_zero())?;
        self.clock().now().checked_sub_signed(age)
    }

    async fn archive_some(
        &self,
        kind: Unit,
        until: DateTime<Utc>,
        after: Option<Place>,
        archive: &Archive,
    ) -> Result<Option<Step>> {
        let unit = self.begin(&Actor::server()).await?;
        let step = archive_if_held(&unit, kind, until, after, archive).await;
        unit.end(step).await
    }
}

/// What one transaction did.
struct Step {
    rows: u64,
    /// Where the next one goes on.
    after: Option<Place>,
}

/// Nothing when nothing is old, or another server removes something.
async fn archive_if_held(
    unit: &UnitOfWork,
    kind: Unit,
    until: DateTime<Utc>,
    after: Option<Place>,
    archive: &Archive,
) -> Result<Option<Step>> {
    if !is_held(unit).await? {
        return Ok(None);
    }
    let mut sql = unit.sql();
    kind.write_old(&mut sql, until, Which::After(after, UNITS));
    let found = places(&unit.rows(sql).await?)?;
    let chosen = choose(unit, kind, &found).await?;
    let Some(last) = chosen.len().checked_sub(1).and_then(|last| found.get(last)).copied() else { return Ok(None) };
    let is_whole = chosen.iter().all(|part| part.extent == Extent::Whole);
    let parts = lock(unit, kind, until, chosen).await?;
    if parts.is_empty() {
        return Ok(Some(Step { rows: 0, after: Some(last) }));
    }
    let batch = Batch::read(unit, kind, &parts).await?;
    // Before the rows are gone for good: after a crash they stand there twice, never not at all.
    archive.append(unit.now().date_naive(), batch.lines()).await?;
    batch.delete(unit).await?;
    Ok(Some(Step { rows: batch.len(), after: if is_whole { Some(last) } else { after } }))
}

/// When units were made, and their ids.
fn places(rows: &[QueryResult]) -> Result<Vec<Place>> {
    rows.iter().map(|row| Ok((row.try_get_by("created_at")?, row.try_get_by("id")?))).collect()
}

/// What one transaction can take of the first units.
async fn choose(unit: &UnitOfWork, kind: Unit, found: &[Place]) -> Result<Vec<Part>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = found.iter().map(|(_, id)| *id).collect();
    let mut sql = unit.sql();
    // One more than fits shows that the last unit may have further ones: it does not fit then.
    kind.write_tasks(&mut sql, &ids, ROWS + 1);
    let mut tasks: Vec<(i64, Uuid, i64)> = Vec::new();
    for row in unit.rows(sql).await? {
        tasks.push((row.try_get_by("unit")?, row.try_get_by("id")?, row.try_get_by("weight")?));
    }
    let (mut parts, mut room) = (Vec::new(), i64::from(ROWS));
    for (place, id) in (1_i64..).zip(ids) {
        let own: Vec<(Uuid, i64)> =
            tasks.iter().filter(|(of, ..)| *of == place).map(|(_, task, weight)| (*task, *weight)).collect();
        let weight = i64::from(kind.own_rows()) + own.iter().map(|(_, weight)| weight).sum::<i64>();
        if weight > room {
            if parts.is_empty() {
                parts.push(first_of(id, &own));
            }
            break;
        }
        room -= weight;
        parts.push(Part { unit: id, tasks: own.into_iter().map(|(task, _)| task).collect(), extent: Extent::Whole });
    }
    Ok(parts)
}

/// What fits of a unit that does not fit as a whole. Its tasks come from the bottom up.
fn first_of(unit: Uuid, own: &[(Uuid, i64)]) -> Part {
    let mut room = i64::from(ROWS);
    let fitting = own.iter().map_while(|(task, weight)| {
        room -= weight;
        (room >= 0).then_some(*task)
    });
    let tasks: Vec<Uuid> = fitting.collect();
    match tasks.is_empty() {
        true => Part { unit, tasks: own.iter().take(1).map(|(task, _)| *task).collect(), extent: Extent::Attachments },
        false => Part { unit, tasks, extent: Extent::Tasks },
    }
}

/// Locks what was chosen, and leaves out what somebody else holds or has changed meanwhile.
async fn lock(unit: &UnitOfWork, kind: Unit, until: DateTime<Utc>, parts: Vec<Part>) -> Result<Vec<Part>> {
    if parts.is_empty() {
        return Ok(parts);
    }
    let units: Vec<Uuid> = parts.iter().map(|part| part.unit).collect();
    let tasks: Vec<Uuid> = parts.iter().flat_map(|part| &part.tasks).copied().collect();
    let held = lock_rows(unit, kind.table(), &units).await?;
    let held_tasks = lock_rows(unit, "tasks", &tasks).await?;
    let mut sql = unit.sql();
    kind.write_old(&mut sql, until, Which::These(&units));
    let old: HashSet<Uuid> = unit.ids(sql).await?;
    let is_free = |part: &Part| {
        held.contains(&part.unit) && old.contains(&part.unit) && part.tasks.iter().all(|task| held_tasks.contains(task))
    };
    Ok(parts.into_iter().filter(is_free).collect())
}

/// Locks rows that nobody else holds; nobody can refer to them then.
async fn lock_rows(unit: &UnitOfWork, table: &str, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT id FROM {table} WHERE id")).is_any(ids).push(" ORDER BY id");
    sql.for_deletion_skip_locked();
    unit.ids(sql).await
}

/// Undoes everything unless as many rows were removed as were read.
fn check_removed(removed: u64, read: usize) -> Result<()> {
    if removed == read as u64 { Ok(()) } else { Err(Error::Collision) }
}
