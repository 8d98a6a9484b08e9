//! The time that figures are about.

use chrono::{DateTime, Duration, Utc};

use crate::{Error, Result, database::Sql};

/// How long a period is whose beginning is not said, in days.
pub const DAYS: i64 = 30;

/// From a time to another one, which does not belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Period {
    /// Its beginning. Default: [`DAYS`] before its end.
    pub since: Option<DateTime<Utc>>,
    /// Its end; none when it lasts up to now.
    pub until: Option<DateTime<Utc>>,
}

impl Period {
    /// Refuses one that ends before it begins.
    pub fn check(&self, now: DateTime<Utc>) -> Result<()> {
        match self.since {
            Some(since) if since > self.until.unwrap_or(now) => {
                Err(Error::invalid("the period begins after its end: `since` is after `until`, or after now"))
            }
            _ => Ok(()),
        }
    }

    /// Adds that a time is in it, after ` AND `.
    pub(super) fn write(&self, sql: &mut Sql, time: &str) {
        let length = Duration::days(DAYS);
        sql.write(format_args!(" AND {time} >= "));
        match (self.since, self.until) {
            (Some(since), _) => sql.bind(since),
            (None, Some(until)) => sql.bind(until.checked_sub_signed(length).unwrap_or(until)),
            (None, None) => sql.ago(length),
        };
        if let Some(until) = self.until {
            sql.write(format_args!(" AND {time} < ")).bind(until);
        }
    }
}
