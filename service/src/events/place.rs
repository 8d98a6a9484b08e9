//! Places of the log, as a unit of work finds them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Cursor,
    store::{Bounds, PRUNED},
};
use crate::{Error, Result, UnitOfWork};

/// Events stand in the order of their transactions, and say when these began. One may stand behind others that began
/// later, but not by as much.
const DISORDER: TimeDelta = TimeDelta::minutes(15);

/// The place of now: what is committed later than this unit comes after it.
pub(crate) async fn latest(unit: &UnitOfWork) -> Result<Cursor> {
    Ok(bounds(unit).await?.end)
}

/// Refuses a place behind which events were removed from the log, or which is none of this log; `argument` names it in
/// the error.
pub(crate) async fn check_kept(unit: &UnitOfWork, argument: &str, place: Cursor) -> Result<Cursor> {
    bounds(unit).await?.check(argument, place)
}

/// Refuses a time since which events were removed from the log.
pub(crate) async fn check_kept_since(unit: &UnitOfWork, since: DateTime<Utc>) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT kind, created_at FROM events ORDER BY transaction_number, position LIMIT 1");
    let rows = unit.rows(sql).await?;
    let Some(first) = rows.first() else { return Ok(()) };
    let (kind, at): (String, DateTime<Utc>) = (first.try_get_by("kind")?, first.try_get_by("created_at")?);
    match kind == PRUNED && at >= since {
        true => Err(Error::CursorExpired(format!("events up to {at} were removed from the log: ask for later ones"))),
        false => Ok(()),
    }
}

/// A place before everything that happened at a time or later, and not long before it. The log has no index on times:
/// the place is found by halving.
pub(crate) async fn before(unit: &UnitOfWork, time: DateTime<Utc>) -> Result<Cursor> {
    let Some(time) = time.checked_sub_signed(DISORDER) else { return Ok(Cursor::START) };
    let end = bounds(unit).await?.end;
    let search = Search { unit, time, end };
    let (transaction, position) = end.numbers();
    let (found, ended_at) = search.halve(transaction, |middle| Cursor::new(middle, i64::MAX), |(it, _)| it).await?;
    if ended_at < transaction {
        return Ok(found.unwrap_or(Cursor::START));
    }
    // The rest lies in the last transaction, which on SQLite all events have.
    let (last, _) = search.halve(position, |middle| Cursor::new(transaction, middle), |(_, it)| it).await?;
    Ok(last.or(found).unwrap_or(Cursor::START))
}

/// A search for the last event that is old.
struct Search<'a> {
    unit: &'a UnitOfWork,
    /// What happened before it is old.
    time: DateTime<Utc>,
    /// The last event that is looked at.
    end: Cursor,
}

impl Search<'_> {
    /// Halves the numbers from 0 to `high`, each of which is a place: the last old event that it met, if any, and the
    /// number of the first place behind which nothing is old.
    async fn halve(
        &self,
        mut high: i64,
        place: impl Fn(i64) -> Cursor,
        number: impl Fn((i64, i64)) -> i64,
    ) -> Result<(Option<Cursor>, i64)> {
        let (mut low, mut last) = (0, None);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.old_after(place(middle)).await? {
                Some(event) => {
                    low = number(event.numbers()).clamp(middle + 1, high);
                    last = Some(event);
                }
                None => high = middle,
            }
        }
        Ok((last, high))
    }

    /// The first event behind a place, if it is old.
    async fn old_after(&self, place: Cursor) -> Result<Option<Cursor>> {
        let mut sql = self.unit.sql();
        sql.push("SELECT transaction_number, position, created_at FROM events WHERE ");
        place.compare(&mut sql, ">");
        sql.push(" AND ");
        self.end.compare(&mut sql, "<=");
        sql.push(" ORDER BY transaction_number, position LIMIT 1");
        let rows = self.unit.rows(sql).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let happened: DateTime<Utc> = row.try_get_by("created_at")?;
        let event = Cursor::new(row.try_get_by("transaction_number")?, row.try_get_by("position")?);
        Ok((happened < self.time).then_some(event))
    }
}

async fn bounds(unit: &UnitOfWork) -> Result<Bounds> {
    let mut sql = unit.sql();
    Bounds::write(&mut sql);
    Bounds::read(&unit.rows(sql).await?)
}
