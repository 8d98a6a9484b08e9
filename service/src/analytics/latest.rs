//! The latest measurement of KPIs, beside that of the period directly before.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::KpiMetric;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use uuid::Uuid;

use super::metric;
use crate::{Result, database::Sql};

/// The latest measurement of a KPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latest {
    /// The measurement.
    pub measurement: Uuid,
    /// Its value.
    pub value: Decimal,
    /// The value of the period directly before; none if that was not measured.
    pub previous: Option<Decimal>,
}

/// Whether a value reaches its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It does.
    OnTarget,
    /// It does not.
    OffTarget,
}

/// Whether a value of a metric reaches a target. Of some metrics, such as the refunds, a smaller value is better.
pub fn status(metric: KpiMetric, value: Decimal, target: Decimal) -> Status {
    let reaches = if metric::is_better_low(metric) { value <= target } else { value >= target };
    if reaches { Status::OnTarget } else { Status::OffTarget }
}

/// Writes the statement that [`read`] reads. Measurements of a point in time, as earlier versions made them, follow on
/// no other: they are left out.
pub fn write(sql: &mut Sql, kpis: &[Uuid]) {
    sql.push("SELECT m.kpi_id, m.id, m.value, m.period_start, m.period_end, p.value AS previous, ");
    sql.push("p.period_start AS previous_start, p.period_end AS previous_end FROM ").keys(kpis);
    sql.push(" JOIN kpi_measurements AS m ON m.id = (SELECT x.id FROM kpi_measurements AS x WHERE x.kpi_id = k.id ");
    sql.push("AND x.period_start IS NOT NULL AND x.period_end IS NOT NULL ORDER BY x.period_start DESC, ");
    sql.push("x.period_end DESC LIMIT 1) LEFT JOIN kpi_measurements AS p ON p.id = (SELECT y.id ");
    sql.push("FROM kpi_measurements AS y WHERE y.kpi_id = k.id AND y.period_start < m.period_start ");
    sql.push("AND y.period_end IS NOT NULL ORDER BY y.period_start DESC, y.period_end DESC LIMIT 1)");
}

/// The latest measurement of each KPI that has one.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Option<Latest>>> {
    rows.iter().map(|row| Ok((row.try_get_by("kpi_id")?, Some(latest(row)?)))).collect()
}

fn latest(row: &QueryResult) -> Result<Latest> {
    let own = (row.try_get_by("period_start")?, row.try_get_by("period_end")?);
    let before: (Option<DateTime<Utc>>, Option<DateTime<Utc>>) =
        (row.try_get_by("previous_start")?, row.try_get_by("previous_end")?);
    let previous: Option<Decimal> = row.try_get_by("previous")?;
    let follows = before.0.zip(before.1).is_some_and(|before| is_directly_before(before, own));
    let value: Decimal = row.try_get_by("value")?;
    Ok(Latest {
        measurement: row.try_get_by("id")?,
        value: metric::rounded(value),
        previous: previous.filter(|_| follows).map(metric::rounded),
    })
}

/// Whether a period ends where another one begins, and is of its sort: months differ in length, but none is a week.
fn is_directly_before(before: (DateTime<Utc>, DateTime<Utc>), own: (DateTime<Utc>, DateTime<Utc>)) -> bool {
    let (length, other) = (own.1 - own.0, before.1 - before.0);
    before.1 == own.0 && (length - other).abs() * 4 <= length.max(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_and_weeks_follow_no_month() {
        let at = |text: &str| -> DateTime<Utc> { format!("{text}T00:00:00Z").parse().expect("a moment") };
        let period = |start, end| (at(start), at(end));
        let march = period("2026-03-01", "2026-04-01");
        assert!(is_directly_before(period("2026-02-01", "2026-03-01"), march));
        assert!(!is_directly_before(period("2026-01-01", "2026-02-01"), march));
        assert!(!is_directly_before(period("2026-02-22", "2026-03-01"), march));
        assert!(!is_directly_before(period("2025-12-01", "2026-03-01"), march));
    }

    #[test]
    fn fewer_refunds_are_better() {
        let (one, two) = (Decimal::ONE, Decimal::TWO);
        assert_eq!(status(KpiMetric::RefundRate, one, two), Status::OnTarget);
        assert_eq!(status(KpiMetric::RefundRate, two, one), Status::OffTarget);
        assert_eq!(status(KpiMetric::Revenue, one, two), Status::OffTarget);
        assert_eq!(status(KpiMetric::Revenue, two, two), Status::OnTarget);
    }
}
