//! The time over which something is measured, and the time it is compared with.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{
    Result,
    analytics::period::Window,
    database::Source,
    edit::check,
    refusal::Refusal,
    settings::{self, Settings},
    zone::{self, Period, Span},
};

/// A period as somebody names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// So many days, of which today is the last.
    LastDays(i32),
    /// From the first day on, and before the second one.
    Dates(NaiveDate, NaiveDate),
    /// The month of a day.
    Month(NaiveDate),
}

/// A period, and where its days begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// The period.
    pub period: Wanted,
    /// Where its days begin; none: where the shop is.
    pub zone: Option<Tz>,
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Nothing.
    None,
    /// The period directly before it.
    Previous,
    /// The same period of the year before.
    YearAgo,
}

/// A period: moments for what has a time, and days for what has only a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// From its first moment on, and before its last one.
    pub period: Period,
    /// Its first day.
    pub first_day: NaiveDate,
    /// The first day after it.
    pub end_day: NaiveDate,
    /// Whether it is not over.
    pub is_partial: bool,
}

/// The most days of a period: ten years.
const MAX_DAYS: i64 = 3660;
/// The years that periods may lie in: those before and after them are known as well.
const YEARS: std::ops::RangeInclusive<i32> = 3..=9990;

impl Wanted {
    /// The period: one that is running ends now, with the whole of today for what has only a day.
    pub fn range(self, zone: Tz, now: DateTime<Utc>) -> Result<Range, Refusal> {
        let (first, end) = self.days(zone, now)?;
        let start = zone::start_of(first, zone);
        if start > now {
            return Err(check::invalid("period", "the period has not begun"));
        }
        let until = zone::start_of(end, zone);
        let tomorrow = zone::day_of(now, zone).succ_opt().unwrap_or(end);
        Ok(Range {
            period: Period { start, end: until.min(now) },
            first_day: first,
            end_day: end.min(tomorrow),
            is_partial: until > now,
        })
    }

    /// The period that it is compared with.
    pub fn compared(self, comparison: Comparison, zone: Tz, now: DateTime<Utc>) -> Result<Option<Range>, Refusal> {
        let (first, end) = self.days(zone, now)?;
        let earlier = |day: NaiveDate| match (comparison, self) {
            (Comparison::None, _) => None,
            (Comparison::YearAgo, _) => day.checked_sub_months(Months::new(12)),
            (Comparison::Previous, Self::Month(_)) => day.checked_sub_months(Months::new(1)),
            (Comparison::Previous, Self::LastDays(_) | Self::Dates(..)) => {
                day.checked_sub_days(Days::new((end - first).num_days().unsigned_abs()))
            }
        };
        // Whole months stay whole; else the last day moves, which is not the day after it at the end of February.
        let is_months = matches!(self, Self::Month(_)) || (first.day(), end.day()) == (1, 1);
        let last = |end: NaiveDate| earlier(end.pred_opt()?)?.succ_opt();
        let moved = if is_months { earlier(end) } else { last(end) };
        let Some((first, end)) = earlier(first).zip(moved) else { return Ok(None) };
        let mut period = Period { start: zone::start_of(first, zone), end: zone::start_of(end, zone) };
        if let Self::LastDays(_) = self {
            // As far as its last day has come, by the clock on the wall.
            let time = now.with_timezone(&zone).time();
            let last = end.pred_opt().unwrap_or(end);
            period.end = zone::moment_of(last.and_time(time), zone);
        }
        Ok(Some(Range { period, first_day: first, end_day: end, is_partial: false }))
    }

    /// The first day, and the first one after it.
    fn days(self, zone: Tz, now: DateTime<Utc>) -> Result<(NaiveDate, NaiveDate), Refusal> {
        let refuse = |message: String| check::invalid("period", message);
        let today = zone::day_of(now, zone);
        let (first, end) = match self {
            Self::LastDays(days) => {
                let days = u64::try_from(days).ok().filter(|days| *days > 0);
                let days = days.ok_or_else(|| refuse("`lastDays` is at least 1".to_owned()))?;
                let end = today.succ_opt().unwrap_or(today);
                (end.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN), end)
            }
            Self::Dates(from, until) if from >= until => {
                return Err(refuse(format!("the period from {from} to before {until} has no day")));
            }
            Self::Dates(from, until) => (from, until),
            Self::Month(day) => {
                let first = Span::Month.first_day(day);
                (first, Span::Month.next_day(first))
            }
        };
        if (end - first).num_days() > MAX_DAYS {
            return Err(refuse(format!("a period has at most {MAX_DAYS} days")));
        }
        match YEARS.contains(&first.year()) && YEARS.contains(&end.year()) {
            true => Ok((first, end)),
            false => Err(refuse("a period lies between the years 3 and 9990".to_owned())),
        }
    }
}

impl Over {
    /// The period with all that is needed to measure it.
    pub(super) async fn window(&self, source: &impl Source) -> Result<(Range, Window)> {
        let settings = settings::load(source).await?;
        let range = self.period.range(self.zone.unwrap_or(settings.time_zone), source.now())?;
        let window = range.window(&settings, true);
        Ok((range, window))
    }
}

/// Refuses a day at the ends of the calendar.
pub(super) fn check_day(field: &str, day: NaiveDate) -> Result<(), Refusal> {
    match YEARS.contains(&day.year()) {
        true => Ok(()),
        false => Err(check::invalid(field, format!("`{field}` is not between the years 3 and 9990"))),
    }
}

impl Range {
    /// The same with all that metrics need to know.
    pub(crate) fn window(&self, settings: &Settings, is_present: bool) -> Window {
        Window {
            period: self.period,
            first_day: self.first_day,
            end_day: self.end_day,
            first_day_before: self.first_day,
            currency: settings.currency.clone(),
            marketing: settings.marketing_categories.clone(),
            is_within_a_day: false,
            is_present,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz::{Europe__Berlin as BERLIN, UTC};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn shown(range: Range) -> String {
        let Range { period: Period { start, end }, first_day, end_day, is_partial } = range;
        let [start, end] = [start, end].map(|at| at.format("%m-%dT%H:%M").to_string());
        format!("{start} {end} {first_day} {end_day} {is_partial}")
    }

    #[test]
    fn the_last_days_end_now_and_so_do_those_before_them() {
        // The clocks were put back on the 25th.
        let now = at("2026-10-28T10:30:00Z");
        let wanted = Wanted::LastDays(7);
        let range = wanted.range(BERLIN, now).expect("a period");
        assert_eq!(shown(range), "10-21T22:00 10-28T10:30 2026-10-22 2026-10-29 true");
        let before = wanted.compared(Comparison::Previous, BERLIN, now).expect("days").expect("a period");
        assert_eq!(shown(before), "10-14T22:00 10-21T09:30 2026-10-15 2026-10-22 false");
    }

    #[test]
    fn months_are_compared_with_months() {
        let now = at("2026-11-15T10:00:00Z");
        let november = Wanted::Month(day("2026-11-30"));
        assert_eq!(
            shown(november.range(BERLIN, now).expect("it runs")),
            "10-31T23:00 11-15T10:00 2026-11-01 2026-11-16 true"
        );
        let of = |comparison| november.compared(comparison, BERLIN, now).expect("days").map(shown);
        assert_eq!(of(Comparison::None), None);
        assert_eq!(of(Comparison::Previous).as_deref(), Some("09-30T22:00 10-31T23:00 2026-10-01 2026-11-01 false"));
        assert_eq!(of(Comparison::YearAgo).as_deref(), Some("10-31T23:00 11-30T23:00 2025-11-01 2025-12-01 false"));
    }

    #[test]
    fn the_29th_of_february_becomes_the_28th() {
        let wanted = Wanted::Dates(day("2024-02-29"), day("2024-03-02"));
        let before = wanted.compared(Comparison::YearAgo, UTC, at("2026-01-01T00:00:00Z")).expect("days");
        assert_eq!(before.map(shown).as_deref(), Some("02-28T00:00 03-02T00:00 2023-02-28 2023-03-02 false"));
        let before = wanted.compared(Comparison::Previous, UTC, at("2026-01-01T00:00:00Z")).expect("days");
        assert_eq!(before.map(shown).as_deref(), Some("02-27T00:00 02-29T00:00 2024-02-27 2024-02-29 false"));
    }

    #[test]
    fn the_end_of_february_is_that_of_the_year_before() {
        let year_ago =
            |wanted: Wanted, now: &str| wanted.compared(Comparison::YearAgo, UTC, at(now)).expect("days").map(shown);
        let days = |first: &str, end: &str| Wanted::Dates(day(first), day(end));
        let now = "2028-02-28T10:00:00Z";
        assert_eq!(
            year_ago(Wanted::LastDays(1), now).as_deref(),
            Some("02-28T00:00 02-28T10:00 2027-02-28 2027-03-01 false")
        );
        assert_eq!(
            year_ago(Wanted::LastDays(1), "2029-02-28T10:00:00Z").as_deref(),
            Some("02-28T00:00 02-28T10:00 2028-02-28 2028-02-29 false")
        );
        assert_eq!(
            year_ago(days("2028-02-28", "2028-02-29"), now).as_deref(),
            Some("02-28T00:00 03-01T00:00 2027-02-28 2027-03-01 false")
        );
        // A whole February has its leap day.
        assert_eq!(
            year_ago(days("2029-02-01", "2029-03-01"), "2029-03-01T00:00:00Z").as_deref(),
            Some("02-01T00:00 03-01T00:00 2028-02-01 2028-03-01 false")
        );
    }

    #[test]
    fn what_is_no_period_is_refused() {
        let now = at("2026-01-01T12:00:00Z");
        for wanted in [
            Wanted::LastDays(0),
            Wanted::LastDays(i32::MAX),
            Wanted::Dates(day("2025-01-02"), day("2025-01-02")),
            Wanted::Dates(day("2026-01-02"), day("2026-01-03")),
            Wanted::Dates(day("1900-01-02"), day("2026-01-03")),
            Wanted::Month(day("0001-05-05")),
            Wanted::Month(NaiveDate::MAX),
        ] {
            assert!(wanted.range(BERLIN, now).is_err(), "{wanted:?}");
        }
    }
}
