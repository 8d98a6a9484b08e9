//! A metric over periods that follow each other.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{
    Metric,
    levels::levels,
    period::{Range, Wanted},
};
use crate::{
    Error, Result, Service,
    analytics::values,
    database::Source,
    edit::check,
    settings,
    zone::{self, Period, Span},
};

/// The most points.
pub const MAX_POINTS: usize = 1_000;

/// A metric over a part of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The part.
    pub period: Period,
    /// The value; none where there is no data.
    pub value: Option<Decimal>,
    /// Whether it is not a whole one: the period begins or ends within it, or it is running.
    pub is_partial: bool,
}

/// Measures a metric over each part of a period. Parts are hours, days, weeks, months, quarters or years; the first and
/// the last are cut where the period begins and ends. What is only known as it is now has what KPIs measured last in each.
pub async fn series(
    service: &Service,
    metric: Metric,
    wanted: Wanted,
    span: Span,
    zone: Option<Tz>,
) -> Result<Vec<Point>> {
    if span == Span::Hour && !metric.has_hours() {
        return Err(check::invalid("interval", "the books have days and no hours").into());
    }
    let source = service.source();
    let settings = settings::load(&source).await?;
    let (zone, now) = (zone.unwrap_or(settings.time_zone), source.now());
    let whole = wanted.range(zone, now)?;
    let parts = parts(&whole, span, zone, now)?;
    let found = if metric.has_history() {
        let windows: Vec<_> = parts.iter().map(|(range, _)| range.window(&settings, false)).collect();
        let found = values(&source, &[metric], &windows).await?;
        found.into_iter().map(|exact| exact.first().and_then(|exact| exact.value)).collect()
    } else {
        let periods: Vec<_> = parts.iter().map(|(range, _)| range.period).collect();
        levels(&source, metric, &periods).await?
    };
    let point = |((range, is_partial), value): (&(Range, bool), Option<Decimal>)| Point {
        period: range.period,
        value: value.map(|value| metric.unit().rounded(value)),
        is_partial: *is_partial,
    };
    Ok(parts.iter().zip(found).map(point).collect())
}

/// The parts of a period, each with whether it is cut or running.
fn parts(whole: &Range, span: Span, zone: Tz, now: DateTime<Utc>) -> Result<Vec<(Range, bool)>> {
    let mut parts = Vec::new();
    let mut bucket = zone::period_at(span, whole.period.start, zone);
    while bucket.start < whole.period.end {
        if parts.len() == MAX_POINTS {
            return Err(Error::limit(format!("a series has at most {MAX_POINTS} points: ask for longer ones")));
        }
        let period = Period { start: bucket.start.max(whole.period.start), end: bucket.end.min(whole.period.end) };
        let first_day = zone::day_of(bucket.start, zone).max(whole.first_day);
        let end_day = zone::day_of(bucket.end, zone).min(whole.end_day);
        let range = Range { period, first_day, end_day, is_partial: period.end > now };
        parts.push((range, period != bucket));
        bucket = bucket.after(span, zone);
    }
    Ok(parts)
}
