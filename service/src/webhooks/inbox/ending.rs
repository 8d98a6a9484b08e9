//! What is written of an event after an attempt.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{inbound_webhooks, sea_orm_active_enums::InboundStatus};

use super::{
    death,
    event::{self, Applied},
    forget, row,
};
use crate::{Error, Result, UnitOfWork, value::storable};

/// How often an event may fail.
const MOST_FAILURES: i32 = 12;
/// How long it waits after the first failure, in seconds; twice as long after each further one.
const FIRST_PAUSE: i64 = 10;
/// The longest such pause.
const LONGEST_PAUSE: i64 = 3600;
/// How often it is tried while it waits for something that is not known yet.
const WAIT: TimeDelta = TimeDelta::minutes(10);
/// For how long it waits.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(24);
/// The most characters that are kept of what was wrong.
const LONGEST_ERROR: usize = 1000;

/// What is written of an event.
#[derive(Debug)]
struct Ending {
    status: InboundStatus,
    attempts: i32,
    next_attempt_at: Option<DateTime<Utc>>,
    error: Option<String>,
}

/// Writes what became of an event.
pub(super) async fn write(unit: &mut UnitOfWork, row: &inbound_webhooks::Model, applied: Applied) -> Result<()> {
    let ended = |status, error| Ending { status, attempts: row.attempts, next_attempt_at: None, error };
    let ending = match applied {
        Applied::Done => ended(InboundStatus::Processed, None),
        Applied::Ignored(why) => ended(InboundStatus::Ignored, Some(why)),
        Applied::Dead(why) => ended(InboundStatus::Dead, Some(why)),
        // What is processed once more after a day has another chance.
        Applied::Waits(what) | Applied::Partly(what)
            if row.status == InboundStatus::Waiting && unit.now() >= row.created_at.to_utc() + LONGEST_WAIT =>
        {
            ended(InboundStatus::Dead, Some(format!("it waited for 24 hours: {what}")))
        }
        Applied::Waits(what) | Applied::Partly(what) => {
            Ending { next_attempt_at: Some(unit.now() + WAIT), ..ended(InboundStatus::Waiting, Some(what)) }
        }
    };
    save(unit, row, ending).await
}

/// Writes that an attempt failed.
pub(super) async fn write_failure(unit: &mut UnitOfWork, row: &inbound_webhooks::Model, failure: &Error) -> Result<()> {
    let attempts = row.attempts.saturating_add(1);
    let (status, next_attempt_at) = match attempts >= MOST_FAILURES {
        true => (InboundStatus::Dead, None),
        false => (row.status, Some(unit.now() + pause(attempts))),
    };
    save(unit, row, Ending { status, attempts, next_attempt_at, error: Some(explained(failure)) }).await
}

/// The pause after a number of failures.
fn pause(failures: i32) -> TimeDelta {
    let doublings = u32::try_from(failures - 1).unwrap_or_default().min(16);
    TimeDelta::seconds((FIRST_PAUSE << doublings).min(LONGEST_PAUSE))
}

/// What was wrong, for people: with its place, and without what only the log may say.
fn explained(failure: &Error) -> String {
    match failure {
        Error::Refused(refusal) => event::explained(refusal),
        other => other.to_string(),
    }
}

async fn save(unit: &mut UnitOfWork, row: &inbound_webhooks::Model, ending: Ending) -> Result<()> {
    if ending.status == InboundStatus::Dead {
        death::tell(unit, row).await?;
    }
    if ending.status == InboundStatus::Processed {
        row::wake(unit, &row.source, row.object_key.as_deref()).await?;
    }
    let processed_at = ending.next_attempt_at.is_none().then(|| unit.now());
    let error = ending.error.map(|error| storable(error).chars().take(LONGEST_ERROR).collect::<String>());
    let mut sql = unit.sql();
    sql.push("UPDATE inbound_webhooks SET status = ").literal(&ending.status);
    sql.push(", attempts = ").bind(ending.attempts).push(", next_attempt_at = ").bind(ending.next_attempt_at);
    sql.push(", error = ").bind(error).push(", processed_at = ").bind(processed_at);
    sql.push(", updated_at = ").now().push(" WHERE id = ").bind(row.id);
    unit.execute(sql).await?;
    // What is dead is still to be looked after by people.
    if matches!(ending.status, InboundStatus::Processed | InboundStatus::Ignored) {
        forget::empty_if_erased(unit, row);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses: Vec<i64> = [1, 2, 3, 9, 10, 11, i32::MAX].map(|failures| pause(failures).num_seconds()).into();
        assert_eq!(pauses, [10, 20, 40, 2560, 3600, 3600, 3600]);
    }
}
