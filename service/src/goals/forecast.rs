//! Whether a goal will be reached in time if it goes on as it did.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::{analytics::Unit, zone};

/// How a goal will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// What it gains a day.
    pub pace: Decimal,
    /// What it will be on its target date.
    pub expected: Decimal,
    /// Whether that is the target or more.
    pub is_on_track: bool,
    /// When it will reach the target; none where it does not come nearer.
    pub reached_on: Option<NaiveDate>,
}

/// A goal with a target and a date for it.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What it is.
    pub current: Decimal,
    /// What it should be.
    pub target: Decimal,
    /// By when.
    pub target_date: NaiveDate,
}

/// How a goal will be, seen on a day of the shop; none where a number is beyond all bounds.
pub fn forecast(aim: &Aim, zone: Tz, now: DateTime<Utc>) -> Option<Forecast> {
    let today = zone::day_of(now, zone);
    let passed = (today - zone::day_of(aim.created_at, zone)).num_days().max(1);
    let left = (aim.target_date - today).num_days().max(0);
    let expected = aim.current.checked_mul(left.into())?.checked_div(passed.into())?.checked_add(aim.current)?;
    let lacking = (aim.target - aim.current).max(Decimal::ZERO);
    let days = lacking.checked_mul(passed.into()).and_then(|lacking| lacking.checked_div(aim.current));
    let days = days.filter(|_| aim.current > Decimal::ZERO).and_then(|days| u64::try_from(days.ceil()).ok());
    Some(Forecast {
        pace: Unit::Rate.rounded(aim.current.checked_div(passed.into())?),
        expected: Unit::Money.rounded(expected),
        is_on_track: expected >= aim.target,
        reached_on: days.and_then(|days| today.checked_add_days(Days::new(days))).filter(|day| day.year() <= LAST_YEAR),
    })
}

/// Later is as good as never.
const LAST_YEAR: i32 = 9999;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(current: i64, target: i64, created: &str, date: &str) -> Forecast {
        let aim = Aim {
            created_at: format!("{created}T12:00:00Z").parse().expect("a moment"),
            current: current.into(),
            target: target.into(),
            target_date: date.parse().expect("a day"),
        };
        forecast(&aim, Tz::UTC, "2026-11-30T10:00:00Z".parse().expect("a moment")).expect("a forecast")
    }

    #[test]
    fn a_goal_goes_on_as_it_did() {
        let found = of(300, 1_000, "2026-10-31", "2027-01-29");
        assert_eq!((found.pace.to_string(), found.expected.to_string()), ("10.0000".to_owned(), "900.00".to_owned()));
        assert!(!found.is_on_track);
        assert_eq!(found.reached_on.map(|day| day.to_string()).as_deref(), Some("2027-02-08"));
    }

    #[test]
    fn what_does_not_move_is_never_reached() {
        let found = of(0, 1_000, "2026-10-31", "2027-01-29");
        assert_eq!((found.expected.to_string(), found.is_on_track, found.reached_on), ("0.00".to_owned(), false, None));
    }

    #[test]
    fn a_date_that_has_passed_leaves_no_time() {
        let found = of(300, 250, "2026-11-30", "2026-11-20");
        assert_eq!((found.expected.to_string(), found.is_on_track), ("300.00".to_owned(), true));
        assert_eq!(found.reached_on.map(|day| day.to_string()).as_deref(), Some("2026-11-30"));
    }
}
