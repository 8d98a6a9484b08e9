//! A metric as it is now.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{KpiFrequency, KpiMetric};
use rust_decimal::Decimal;

use super::{
    metric,
    period::{self, Window},
};
use crate::{Result, Service, database::Source, settings, zone::Period};

/// A metric over a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value; none where there is no data.
    pub value: Option<Decimal>,
    /// The period.
    pub period: Period,
    /// Whether the period is not over: the value may change.
    pub is_partial: bool,
}

/// Measures a metric now, over the period of a sort that a moment lies in; without one, the last that is over. Nothing
/// is written.
pub async fn value(
    service: &Service,
    metric: KpiMetric,
    frequency: KpiFrequency,
    at: Option<DateTime<Utc>>,
) -> Result<Value> {
    let source = service.source();
    let settings = settings::load(&source).await?;
    let now = source.now();
    let period = period::wanted(&settings, frequency, at, now);
    let window = Window::new(&settings, frequency, period, now);
    let found = metric::measure(&source, &[metric], &window).await?;
    let value = found.get(&metric).and_then(|measured| measured.value);
    Ok(Value { value, period, is_partial: period.end > now })
}
