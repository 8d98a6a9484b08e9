//! Days on which a metric was far from what it is on that day of the week.

use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{
    Metric, Unit,
    period::{Range, Wanted},
};
use crate::{Result, Service, analytics::values, database::Source, edit::check, settings, zone};

/// The most days.
pub const MAX_DAYS: i32 = 366;
/// The weeks that a day is compared with.
const WEEKS: usize = 8;
/// Of these, so many must have a value.
const LEAST: usize = 5;

/// A day, beside the same day of the weeks before.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// The day.
    pub range: Range,
    /// The value; none where there is no data.
    pub value: Option<Decimal>,
    /// The value in the middle of those of the weeks before; none where there are too few.
    pub median: Option<Decimal>,
    /// How far the value is from it, in units of how far values usually are; none where they never differ.
    pub score: Option<Decimal>,
    /// Whether that is too far.
    pub is_anomaly: bool,
}

/// The last days that are over, earliest first.
pub async fn anomalies(service: &Service, metric: Metric, days: i32, zone: Option<Tz>) -> Result<Vec<Day>> {
    check::within("days", days, 1..=MAX_DAYS)?;
    let count = usize::try_from(days).unwrap_or_default();
    if !metric.has_history() {
        return Err(check::invalid("metric", "it has no history: read the measurements of a KPI").into());
    }
    let source = service.source();
    let settings = settings::load(&source).await?;
    let (zone, now) = (zone.unwrap_or(settings.time_zone), source.now());
    let mut ranges = Vec::with_capacity(count + 7 * WEEKS);
    let mut day = zone::day_of(now, zone);
    for _ in 0..count + 7 * WEEKS {
        let Some(before) = day.pred_opt() else { break };
        ranges.push(Wanted::Dates(before, day).range(zone, now)?);
        day = before;
    }
    ranges.reverse();
    let windows: Vec<_> = ranges.iter().map(|range| range.window(&settings, false)).collect();
    let found = values(&source, &[metric], &windows).await?;
    let found: Vec<Option<Decimal>> =
        found.into_iter().map(|exact| exact.first().and_then(|exact| exact.value)).collect();
    let skipped = ranges.len().saturating_sub(count);
    let day = |(place, range): (usize, &Range)| {
        let earlier = (1..=WEEKS).filter_map(|week| *found.get(place.checked_sub(7 * week)?)?);
        compared(*range, *found.get(place)?, earlier.collect(), metric.unit())
    };
    Ok(ranges.iter().enumerate().skip(skipped).filter_map(day).collect())
}

fn compared(range: Range, value: Option<Decimal>, earlier: Vec<Decimal>, unit: Unit) -> Option<Day> {
    let (usual, spread) = match earlier.len() >= LEAST {
        true => {
            let usual = median(&earlier)?;
            let far: Vec<Decimal> = earlier.iter().map(|value| (value - usual).abs()).collect();
            (Some(usual), median(&far))
        }
        false => (None, None),
    };
    let score = value.zip(usual).zip(spread).and_then(|((value, usual), spread)| {
        // 0.6745: of values that scatter normally, a standard deviation is 1/0.6745 times the median distance.
        (Decimal::new(6745, 4) * (value - usual)).checked_div(spread)
    });
    let is_anomaly = match (value.zip(usual), score) {
        (Some(_), Some(score)) => score.abs() > Decimal::new(35, 1),
        (Some((value, usual)), None) => value != usual,
        (None, _) => false,
    };
    Some(Day {
        range,
        value: value.map(|value| unit.rounded(value)),
        median: usual.map(|usual| Unit::Rate.rounded(usual)),
        score: score.map(|score| Unit::Rate.rounded(score)),
        is_anomaly,
    })
}

/// The value in the middle; of two, the one between them.
fn median(values: &[Decimal]) -> Option<Decimal> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let (low, high) = (sorted.get((sorted.len().checked_sub(1)?) / 2)?, sorted.get(sorted.len() / 2)?);
    match low == high {
        // Half of twice a number of very many digits would not be the number.
        true => Some(*low),
        false => (low + high).checked_div(Decimal::TWO),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz::UTC;

    use super::*;

    fn day(value: Option<i64>, earlier: &[i64]) -> Day {
        let now = "2026-01-01T00:00:00Z".parse().expect("a moment");
        let range = Wanted::LastDays(1).range(UTC, now).expect("a day");
        let earlier = earlier.iter().map(|value| Decimal::from(*value)).collect();
        compared(range, value.map(Decimal::from), earlier, Unit::Count).expect("a day")
    }

    fn score(day: &Day) -> Option<String> {
        day.score.map(|score| score.to_string())
    }

    #[test]
    fn what_is_far_from_the_middle_is_an_anomaly() {
        let earlier = [10, 12, 11, 13, 12, 11, 12, 10];
        let (near, far) = (day(Some(13), &earlier), day(Some(15), &earlier));
        assert_eq!((score(&near).as_deref(), near.is_anomaly), (Some("2.0235"), false));
        assert_eq!((score(&far).as_deref(), far.is_anomaly), (Some("4.7215"), true));
        assert_eq!(far.median, Some(Decimal::new(115_000, 4)));
    }

    #[test]
    fn where_values_never_differ_any_other_one_is_an_anomaly() {
        let (same, other) = (day(Some(3), &[3; 8]), day(Some(4), &[3; 8]));
        assert_eq!((same.score, same.is_anomaly), (None, false));
        assert_eq!((other.score, other.is_anomaly), (None, true));
        let third = Decimal::from(16) / Decimal::from(3);
        assert_eq!(median(&[third; 8]), Some(third));
    }

    #[test]
    fn no_data_is_no_anomaly() {
        assert!(!day(None, &[3; 8]).is_anomaly);
        let few = day(Some(100), &[3, 4, 5, 6]);
        assert_eq!((few.median, few.is_anomaly), (None, false));
    }
}
