//! Indicators with daily measurements, and reports.

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Tz;
use entity::{
    kpi_measurements, kpis, reports,
    sea_orm_active_enums::{KpiFrequency, KpiMetric},
};
use rust_decimal::Decimal;
use sea_orm::Iterable;
use serde_json::json;

use super::{LoadData, Rows, Totals};
use crate::zone;

pub(super) fn kpi(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("kpis", number);
    let created = data.time("kpis", number);
    let metrics: Vec<_> = KpiMetric::iter().collect();
    rows.kpis.push(kpis::Model {
        id: data.id("kpis", number),
        name: format!("Trial {} indicator {number}", data.seed()),
        category: "trial".to_owned(),
        metric: metrics[usize::try_from(number).unwrap_or_default() % metrics.len()],
        formula: "Made up.".to_owned(),
        unit: None,
        target_value: Some(Decimal::new(rng.below(1_000_000), 4)),
        frequency: KpiFrequency::Hourly,
        owner_agent_id: Some(data.any_agent(&mut rng)),
        is_active: true,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        // Nothing is left to be measured at first.
        measured_until: Some(zone::period_at(KpiFrequency::Hourly, data.now, Tz::UTC).start.into()),
    });
}

/// Round after round over all indicators, each round an hour of its own.
pub(super) fn measurement(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("kpi_measurements", number);
    let indicators = data.count("kpis");
    let back =
        i64::try_from(data.count("kpi_measurements").div_ceil(indicators) - number / indicators).unwrap_or_default();
    let end = data.now.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(back);
    rows.kpi_measurements.push(kpi_measurements::Model {
        id: data.id_at("kpi_measurements", number, end),
        kpi_id: data.id("kpis", number % indicators),
        measured_at: end.into(),
        value: Decimal::new(rng.below(100_000_000), 4),
        period_start: Some((end - TimeDelta::hours(1)).into()),
        period_end: Some(end.into()),
        metadata: json!({}),
        created_at: end.into(),
    });
}

pub(super) fn report(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("reports", number);
    let created = data.time("reports", number);
    rows.reports.push(reports::Model {
        id: data.id("reports", number),
        name: format!("Trial {} report {number}", data.seed()),
        r#type: "daily".to_owned(),
        created_by_agent_id: Some(data.any_agent(&mut rng)),
        recipient_agents: json!([data.any_agent(&mut rng)]),
        content: json!({ "number": number }),
        generated_at: created.into(),
        sent_at: Some(created.into()),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}
