//! Metrics that are only known as they are now: what KPIs measured of them.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Metric;
use crate::{Result, database::Source, zone::Period};

/// The last measurement of a metric in each of some periods, which follow each other.
pub(super) async fn levels(source: &impl Source, metric: Metric, periods: &[Period]) -> Result<Vec<Option<Decimal>>> {
    let (Some(first), Some(last), Some(kpi)) = (periods.first(), periods.last(), metric.kpi()) else {
        return Ok(vec![None; periods.len()]);
    };
    let mut sql = source.sql();
    sql.push(
        "SELECT m.value, m.period_end FROM kpis AS k JOIN kpi_measurements AS m ON m.kpi_id = k.id WHERE k.metric = ",
    );
    sql.literal(&kpi).push(" AND m.period_end > ").bind(first.start).push(" AND m.period_end <= ").bind(last.end);
    sql.push(" ORDER BY m.period_end, m.id");
    let mut found = vec![None; periods.len()];
    for row in source.rows(sql).await? {
        let (value, at): (Decimal, DateTime<Utc>) = (row.try_get_by("value")?, row.try_get_by("period_end")?);
        let place = periods.partition_point(|period| period.end < at);
        if let Some(place) = found.get_mut(place) {
            *place = Some(value);
        }
    }
    Ok(found)
}
