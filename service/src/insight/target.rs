//! What a metric should be: the targets of KPIs.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, Weekday};
use entity::sea_orm_active_enums::{KpiFrequency, KpiMetric};
use rust_decimal::Decimal;

use super::{Metric, period::Wanted};
use crate::{
    Result,
    analytics::latest::{self, Status},
    database::{Source, row},
    zone::Span,
};

/// A target, and which values reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    metric: KpiMetric,
    /// In the unit of the metric.
    pub(super) value: Decimal,
}

impl Target {
    /// Whether a value reaches it.
    pub(super) fn status(&self, value: Decimal) -> Status {
        latest::status(self.metric, value, self.value)
    }
}

/// The targets of metrics for a period: of the KPIs in use that are measured as often as it is long.
pub(super) async fn targets(
    source: &impl Source,
    metrics: &[Metric],
    wanted: Wanted,
) -> Result<HashMap<Metric, Target>> {
    let kpis: Vec<(Metric, KpiMetric)> = metrics.iter().filter_map(|metric| Some((*metric, metric.kpi()?))).collect();
    let Some(frequency) = frequency(wanted).filter(|_| !kpis.is_empty()) else { return Ok(HashMap::new()) };
    let names: Vec<KpiMetric> = kpis.iter().map(|(_, kpi)| *kpi).collect();
    let mut sql = source.sql();
    sql.push("SELECT metric, target_value FROM kpis WHERE is_active AND target_value IS NOT NULL AND frequency = ");
    sql.literal(&frequency).push(" AND metric").is_one_of(&names).push(" ORDER BY created_at DESC, id DESC");
    // Of several, the oldest one.
    let mut found: HashMap<KpiMetric, Decimal> = HashMap::new();
    for row in source.rows(sql).await? {
        found.insert(row::enum_value(&row, "metric")?, row.try_get_by("target_value")?);
    }
    let target = |(metric, kpi): (Metric, KpiMetric)| {
        let value = *found.get(&kpi)?;
        let value = if metric.is_percent() { value.checked_div(Decimal::ONE_HUNDRED)? } else { value };
        Some((metric, Target { metric: kpi, value }))
    };
    Ok(kpis.into_iter().filter_map(target).collect())
}

/// How often a KPI is measured whose periods are as long.
fn frequency(wanted: Wanted) -> Option<KpiFrequency> {
    let (first, end) = match wanted {
        Wanted::Month(_) => return Some(KpiFrequency::Monthly),
        Wanted::LastDays(1) => return Some(KpiFrequency::Daily),
        Wanted::LastDays(_) => return None,
        Wanted::Dates(first, end) => (first, end),
    };
    match (end - first).num_days() {
        1 => Some(KpiFrequency::Daily),
        7 if first.weekday() == Weekday::Mon => Some(KpiFrequency::Weekly),
        _ if is_whole(Span::Month, first, end) => Some(KpiFrequency::Monthly),
        _ if is_whole(Span::Quarter, first, end) => Some(KpiFrequency::Quarterly),
        _ => None,
    }
}

fn is_whole(span: Span, first: NaiveDate, end: NaiveDate) -> bool {
    span.first_day(first) == first && span.next_day(first) == end
}
