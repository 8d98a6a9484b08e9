//! The time over which something is measured.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::sea_orm_active_enums::KpiFrequency;

use crate::{
    edit::check,
    refusal::Refusal,
    settings::Settings,
    zone::{self, Period},
};

/// A period with all that metrics need to know of it.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// The period.
    pub(crate) period: Period,
    /// Its first day. What has days and no time belongs to a period by its days.
    pub(crate) first_day: NaiveDate,
    /// The first day after it.
    pub(crate) end_day: NaiveDate,
    /// The first day of the period directly before it.
    pub(crate) first_day_before: NaiveDate,
    /// The currency of all amounts.
    pub(crate) currency: String,
    /// The categories of expenses that are the cost of finding customers.
    pub(crate) marketing: Vec<String>,
    /// Whether it is too short for what has days.
    pub(crate) is_within_a_day: bool,
    /// Whether it is the present: what has no history can be measured.
    pub(crate) is_present: bool,
}

impl Window {
    /// A period of a sort.
    pub(crate) fn new(settings: &Settings, frequency: KpiFrequency, period: Period, now: DateTime<Utc>) -> Self {
        let zone = settings.time_zone;
        Self {
            period,
            first_day: zone::day_of(period.start, zone),
            end_day: zone::day_of(period.end, zone),
            first_day_before: zone::day_of(period.before(frequency, zone).start, zone),
            currency: settings.currency.clone(),
            marketing: settings.marketing_categories.clone(),
            is_within_a_day: frequency == KpiFrequency::Hourly,
            is_present: period.contains(now) || period == last(settings, frequency, now),
        }
    }
}

/// The last period of a sort that is over.
pub(crate) fn last(settings: &Settings, frequency: KpiFrequency, now: DateTime<Utc>) -> Period {
    let running = zone::period_at(frequency, now, settings.time_zone);
    running.before(frequency, settings.time_zone)
}

/// Refuses a moment at the ends of the calendar: its period, or the one before it, may lie in years that no database
/// column can hold.
pub(crate) fn check_moment(at: Option<DateTime<Utc>>) -> Result<(), Refusal> {
    match at {
        Some(at) if !(2..=9998).contains(&at.year()) => {
            Err(check::invalid("period", "`period` is not between the years 2 and 9998"))
        }
        _ => Ok(()),
    }
}

/// The period of a sort that a moment lies in; without one, the last that is over.
pub(crate) fn wanted(
    settings: &Settings,
    frequency: KpiFrequency,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Period {
    match at {
        Some(at) => zone::period_at(frequency, at, settings.time_zone),
        None => last(settings, frequency, now),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn what_has_days_belongs_to_a_period_by_the_days_of_the_shop() {
        let settings = Settings { time_zone: Tz::Europe__Berlin, ..Settings::default() };
        let now = at("2026-11-15T10:00:00Z");
        let october = wanted(&settings, KpiFrequency::Monthly, None, now);
        assert_eq!((october.start, october.end), (at("2026-09-30T22:00:00Z"), at("2026-10-31T23:00:00Z")));
        let window = Window::new(&settings, KpiFrequency::Monthly, october, now);
        let days = [window.first_day_before, window.first_day, window.end_day].map(|day| day.to_string());
        assert_eq!(days, ["2026-09-01", "2026-10-01", "2026-11-01"]);
        assert!(window.is_present && !window.is_within_a_day);
        let before = october.before(KpiFrequency::Monthly, settings.time_zone);
        assert!(!Window::new(&settings, KpiFrequency::Monthly, before, now).is_present);
        let november = wanted(&settings, KpiFrequency::Monthly, Some(now), now);
        assert!(november.contains(now) && Window::new(&settings, KpiFrequency::Monthly, november, now).is_present);
    }
}
