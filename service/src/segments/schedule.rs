//! When members and subscribers are found by themselves.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::prelude::DateTimeWithTimeZone;

use crate::{database::Sql, edit::check, refusal::Refusal};

/// The longest time between two looks: a year.
const MOST_MINUTES: i32 = 366 * 24 * 60;

/// Refuses a time between two looks that is none.
pub(crate) fn check_refresh(minutes: Option<i32>) -> Result<(), Refusal> {
    match minutes {
        Some(minutes) => check::within("refreshMinutes", minutes, 1..=MOST_MINUTES),
        None => Ok(()),
    }
}

/// When to look for the first time after a change of what is looked for: at once, if ever.
pub(crate) fn first(now: DateTime<Utc>, minutes: Option<i32>, is_active: bool) -> Option<DateTimeWithTimeZone> {
    (is_active && minutes.is_some()).then(|| now.into())
}

/// When to look the next time.
pub(crate) fn next(now: DateTime<Utc>, minutes: Option<i32>, is_active: bool) -> Option<DateTime<Utc>> {
    let minutes = minutes.filter(|_| is_active)?;
    now.checked_add_signed(TimeDelta::minutes(minutes.into()))
}

/// Writes the search for rows of a table whose time has come: `id` and `due`.
pub(crate) fn write_due<'a>(sql: &'a mut Sql, table: &str, now: DateTime<Utc>) -> &'a mut Sql {
    sql.write(format_args!("SELECT id, next_compute_at AS due FROM {table} WHERE next_compute_at <= ")).bind(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_use_is_not_looked_for() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(next(now, Some(90), true), Some(now + TimeDelta::minutes(90)));
        assert_eq!(first(now, Some(90), true), Some(now.into()));
        for (minutes, is_active) in [(None, true), (Some(90), false), (None, false)] {
            assert_eq!((next(now, minutes, is_active), first(now, minutes, is_active)), (None, None));
        }
    }

    #[test]
    fn at_least_a_minute_and_at_most_a_year_lie_between_two_looks() {
        for minutes in [None, Some(1), Some(MOST_MINUTES)] {
            assert_eq!(check_refresh(minutes), Ok(()));
        }
        for minutes in [0, -1, MOST_MINUTES + 1] {
            assert_eq!(check_refresh(Some(minutes)).expect_err("refused").path, ["refreshMinutes"]);
        }
    }
}
