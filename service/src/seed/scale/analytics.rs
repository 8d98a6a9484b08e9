//! Indicators with daily measurements, and reports.

use chrono::{NaiveTime, TimeDelta};
use entity::{
    kpi_measurements, kpis, reports,
    sea_orm_active_enums::{KpiFrequency, KpiMetric},
};
use rust_decimal::Decimal;
use sea_orm::Iterable;
use serde_json::json;

use super::{Rows, Totals, Trial};

pub(super) fn kpi(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("kpis", number);
    let created = trial.time("kpis", number);
    let metrics: Vec<_> = KpiMetric::iter().collect();
    rows.kpis.push(kpis::Model {
        id: trial.id("kpis", number),
        name: format!("Trial {} indicator {number}", trial.seed()),
        category: "trial".to_owned(),
        metric: metrics[usize::try_from(number).unwrap_or_default() % metrics.len()],
        formula: "Made up.".to_owned(),
        unit: None,
        target_value: Some(Decimal::new(dice.below(1_000_000), 4)),
        frequency: KpiFrequency::Hourly,
        owner_agent_id: Some(trial.any_agent(&mut dice)),
        is_active: true,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

/// Round after round over all indicators, each round an hour of its own.
pub(super) fn measurement(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("kpi_measurements", number);
    let indicators = trial.count("kpis");
    let back =
        i64::try_from(trial.count("kpi_measurements").div_ceil(indicators) - number / indicators).unwrap_or_default();
    let end = trial.now.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(back);
    rows.kpi_measurements.push(kpi_measurements::Model {
        id: trial.id_at("kpi_measurements", number, end),
        kpi_id: trial.id("kpis", number % indicators),
        measured_at: end.into(),
        value: Decimal::new(dice.below(100_000_000), 4),
        period_start: Some((end - TimeDelta::hours(1)).into()),
        period_end: Some(end.into()),
        metadata: json!({}),
        created_at: end.into(),
    });
}

pub(super) fn report(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("reports", number);
    let created = trial.time("reports", number);
    rows.reports.push(reports::Model {
        id: trial.id("reports", number),
        name: format!("Trial {} report {number}", trial.seed()),
        r#type: "daily".to_owned(),
        created_by_agent_id: Some(trial.any_agent(&mut dice)),
        recipient_agents: json!([trial.any_agent(&mut dice)]),
        content: json!({ "number": number }),
        generated_at: created.into(),
        sent_at: Some(created.into()),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}
