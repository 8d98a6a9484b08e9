//! Periods where the shop is: days, weeks, months, quarters and years begin at midnight in its time zone.
//!
//! A period is `[start, end)`. Periods of one kind follow each other without gap or overlap, also where clocks change.

pub(crate) mod offsets;

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
};
pub use chrono_tz::Tz;
use entity::sea_orm_active_enums::KpiFrequency;
use sea_orm::QueryResult;

use crate::{
    Result,
    database::{Database, Reading, Sql},
    settings,
};

/// An hour, in seconds.
pub(crate) const HOUR: i64 = 3600;

/// How long no local time may exist: where the date line was moved, a whole day was left out.
const LONGEST_GAP: i64 = 48 * 60;

/// A kind of period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// An hour of the clocks there. Where they are changed within one, it ends, and another begins.
    Hour,
    /// A day, which has 23 or 25 hours where clocks change.
    Day,
    /// A week, which begins on Monday.
    Week,
    /// A month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
}

/// A period: from its start on, and before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first moment.
    pub start: DateTime<Utc>,
    /// The first moment after it.
    pub end: DateTime<Utc>,
}

impl From<KpiFrequency> for Span {
    fn from(frequency: KpiFrequency) -> Self {
        match frequency {
            KpiFrequency::Hourly => Self::Hour,
            KpiFrequency::Daily => Self::Day,
            KpiFrequency::Weekly => Self::Week,
            KpiFrequency::Monthly => Self::Month,
            KpiFrequency::Quarterly => Self::Quarter,
        }
    }
}

impl Span {
    /// The first day of the period of a day.
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Hour | Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
            Self::Month => day.with_day(1),
            Self::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        };
        first.unwrap_or(day)
    }

    /// The first day of the next period.
    pub fn next_day(self, first: NaiveDate) -> NaiveDate {
        let next = match self {
            Self::Hour | Self::Day => first.checked_add_days(Days::new(1)),
            Self::Week => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Quarter => first.checked_add_months(Months::new(3)),
            Self::Year => first.checked_add_months(Months::new(12)),
        };
        next.unwrap_or(first)
    }
}

impl Period {
    /// Whether a moment lies in it.
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.start <= at && at < self.end
    }

    /// The period directly before it.
    pub fn before(&self, span: impl Into<Span>, zone: Tz) -> Self {
        let last = self.start.checked_sub_signed(TimeDelta::nanoseconds(1));
        last.map_or(*self, |last| period_at(span, last, zone))
    }

    /// The period directly after it.
    pub fn after(&self, span: impl Into<Span>, zone: Tz) -> Self {
        period_at(span, self.end, zone)
    }
}

/// The zone of the shop: the configuration `shop.timeZone`.
pub async fn of_shop(database: &Database, now: DateTime<Utc>) -> Result<Tz> {
    Ok(settings::load(&Reading::new(database, now)).await?.time_zone)
}

/// Writes the statement that [`read_of_shop`] reads.
pub fn write_of_shop(sql: &mut Sql) {
    settings::write(sql);
}

/// The zone of the shop.
pub fn read_of_shop(rows: &[QueryResult]) -> Result<Tz> {
    Ok(settings::parse(rows)?.time_zone)
}

/// The period that a day lies in; of hours the first one of the day.
pub fn period_of(span: impl Into<Span>, day: NaiveDate, zone: Tz) -> Period {
    let span = span.into();
    let first = span.first_day(day);
    let whole = Period { start: start_of(first, zone), end: start_of(span.next_day(first), zone) };
    match span {
        Span::Hour => hour_of(whole.start, zone),
        _ => whole,
    }
}

/// The period that a moment lies in.
pub fn period_at(span: impl Into<Span>, at: DateTime<Utc>, zone: Tz) -> Period {
    let span = span.into();
    if span == Span::Hour {
        return hour_of(at, zone);
    }
    let day = day_of(at, zone);
    let period = period_of(span, day, zone);
    // A day whose midnight comes twice begins with the first one, and what is called yesterday again belongs to it.
    match period.contains(at) {
        true => period,
        false if at < period.start => day.pred_opt().map_or(period, |day| period_of(span, day, zone)),
        false => period_of(span, span.next_day(span.first_day(day)), zone),
    }
}

/// The day of a moment.
pub fn day_of(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The first moment of a day: midnight, or when clocks are put forward over it, that moment.
pub fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    moment_of(day.and_time(NaiveTime::MIN), zone)
}

/// When clocks show a time: at the first of two moments; when they are put forward over it, the moment of that.
pub fn moment_of(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local).earliest() {
        Some(moment) => moment.to_utc(),
        None => {
            // Whole minutes after it, since clocks change at these.
            let whole = local.with_second(0).and_then(|local| local.with_nanosecond(0)).unwrap_or(local);
            let after = (1..=LONGEST_GAP).find_map(|minutes| {
                let local = whole.checked_add_signed(TimeDelta::minutes(minutes))?;
                zone.from_local_datetime(&local).earliest()
            });
            after.map_or_else(|| local.and_utc(), |moment| moment.to_utc())
        }
    }
}

/// The hour that a moment lies in: that of the clocks there. Where they are changed within one, it ends, and another
/// begins.
fn hour_of(at: DateTime<Utc>, zone: Tz) -> Period {
    let offset = offsets::at(zone, at);
    let seconds = at.timestamp();
    let start = seconds - (seconds + offset).rem_euclid(HOUR);
    let known = offsets::changes(zone);
    let last = known.iter().rev().map(|change| change.at).find(|change| *change <= seconds);
    let next = known.iter().map(|change| change.at).find(|change| *change > seconds);
    let end = next.map_or(start + HOUR, |next| next.min(start + HOUR));
    let start = last.map_or(start, |last| last.max(start));
    let moment = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or(at);
    Period { start: moment(start), end: moment(end) }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz::{
        America__New_York as NEW_YORK, America__Santiago as SANTIAGO, Asia__Kolkata as KOLKATA,
        Australia__Lord_Howe as LORD_HOWE, Europe__Berlin as BERLIN, Pacific__Apia as APIA,
    };

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn period(start: &str, end: &str) -> Period {
        Period { start: at(start), end: at(end) }
    }

    #[test]
    fn periods_begin_at_midnight_of_the_shop() {
        for (span, start, end) in [
            (Span::Day, "2026-08-13T04:00:00Z", "2026-08-14T04:00:00Z"),
            (Span::Week, "2026-08-10T04:00:00Z", "2026-08-17T04:00:00Z"),
            (Span::Month, "2026-08-01T04:00:00Z", "2026-09-01T04:00:00Z"),
            (Span::Quarter, "2026-07-01T04:00:00Z", "2026-10-01T04:00:00Z"),
            // The clocks change in between, and back.
            (Span::Year, "2026-01-01T05:00:00Z", "2027-01-01T05:00:00Z"),
        ] {
            assert_eq!(period_of(span, day("2026-08-13"), NEW_YORK), period(start, end), "{span:?}");
            // It is still the 13th there.
            assert_eq!(period_at(span, at("2026-08-14T03:59:59Z"), NEW_YORK), period(start, end), "{span:?}");
        }
        let next = period_at(KpiFrequency::Monthly, at("2026-09-01T04:00:00Z"), NEW_YORK);
        assert_eq!(next.start, at("2026-09-01T04:00:00Z"));
    }

    #[test]
    fn days_on_which_clocks_change_have_other_lengths() {
        let long = period("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        let short = period("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
        for (date, expected, hours) in [("2026-10-25", long, 25), ("2026-03-29", short, 23)] {
            let found = period_of(Span::Day, day(date), BERLIN);
            assert_eq!((found, (found.end - found.start).num_hours()), (expected, hours));
        }
        // Clocks are put forward at midnight: the day begins at one o'clock.
        assert_eq!(start_of(day("2026-09-06"), SANTIAGO), at("2026-09-06T04:00:00Z"));
        // This day was left out.
        let left_out = period_of(Span::Day, day("2011-12-30"), APIA);
        assert_eq!(left_out.start, left_out.end);
        assert_eq!(period_of(Span::Day, day("2011-12-29"), APIA).after(Span::Day, APIA).start, left_out.end);
    }

    #[test]
    fn hours_are_counted_from_midnight() {
        let hour = period_at(Span::Hour, at("2026-05-05T12:45:00Z"), KOLKATA);
        assert_eq!(hour, period("2026-05-05T12:30:00Z", "2026-05-05T13:30:00Z"));
        assert_eq!(period_of(Span::Hour, day("2026-05-05"), KOLKATA).start, at("2026-05-04T18:30:00Z"));
        // The hour that comes twice is two periods.
        let first = period_at(Span::Hour, at("2026-10-25T00:30:00Z"), BERLIN);
        let second = first.after(Span::Hour, BERLIN);
        assert_eq!((first.start, second.start), (at("2026-10-25T00:00:00Z"), at("2026-10-25T01:00:00Z")));
    }

    #[test]
    fn an_hour_that_a_change_cuts_is_two() {
        // At two o'clock the clocks are put back by half an hour.
        let before = period_at(Span::Hour, at("2026-04-04T14:59:59Z"), LORD_HOWE);
        assert_eq!(before, period("2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z"));
        let cut = before.after(Span::Hour, LORD_HOWE);
        assert_eq!(cut, period("2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z"));
        assert_eq!(cut.after(Span::Hour, LORD_HOWE), period("2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z"));
    }

    #[test]
    fn periods_follow_each_other_without_gap_or_overlap() {
        for zone in [NEW_YORK, BERLIN, SANTIAGO, KOLKATA, LORD_HOWE] {
            for (span, count) in [(Span::Hour, 9000), (Span::Day, 800), (Span::Week, 110), (Span::Quarter, 9)] {
                let mut period = period_at(span, at("2025-12-31T23:30:00Z"), zone);
                for _ in 0..count {
                    let next = period.after(span, zone);
                    assert_eq!((next.start, next.before(span, zone)), (period.end, period), "{zone} {span:?}");
                    assert!(next.start < next.end && next.contains(next.start) && !next.contains(next.end));
                    period = next;
                }
            }
        }
    }
}
