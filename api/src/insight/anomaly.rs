//! Days that stand out.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::insight::anomalies;

/// A day of a metric, beside the same day of the eight weeks before.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct MetricDay {
    /// Start of the day, inclusive.
    from: DateTime<Utc>,
    /// End of the day, exclusive.
    until: DateTime<Utc>,
    /// The value; null if there is no data.
    value: Option<Decimal>,
    /// Median of the weeks before, with 4 digits; null if fewer than 5 of them have a value.
    median: Option<Decimal>,
    /// 0.6745 × (`value` − `median`) / median distance from it (modified z-score), with 4 digits; null if that is 0.
    score: Option<Decimal>,
    /// Whether `score` is above 3.5 or below −3.5; without a score, whether `value` is not `median`.
    is_anomaly: bool,
}

impl From<anomalies::Day> for MetricDay {
    fn from(found: anomalies::Day) -> Self {
        let anomalies::Day { range, value, median, score, is_anomaly } = found;
        Self { from: range.period.start, until: range.period.end, value, median, score, is_anomaly }
    }
}
