//! Taking measurements of KPIs whose rows are locked: each of a period once.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    kpi_measurements, kpis,
    sea_orm_active_enums::{EventAggregate, KpiFrequency, KpiMetric},
};
use rust_decimal::Decimal;
use sea_orm::{EntityTrait, prelude::DateTimeWithTimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{
    metric::{self, Measured},
    period::Window,
};
use crate::{
    Result, UnitOfWork,
    events::{Event, EventKind},
    settings::Settings,
    zone::Period,
};

/// Why a KPI was not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// It is not in use.
    Inactive,
    /// It is recorded by people or agents.
    Manual,
    /// The period is not over.
    NotOver,
    /// It was measured before.
    AlreadyMeasured,
    /// What it measures has no history, and the period is not the last one.
    NoHistory,
    /// There is no data.
    NoData,
    /// The value has too many digits.
    TooLarge,
}

/// What became of a KPI: the measurement, or why there is none.
pub(super) type Outcome = (Uuid, Result<Uuid, Reason>);

/// Measures locked KPIs, each over a period of its frequency that is over, and notes up to when it was measured.
pub(super) async fn take(
    unit: &mut UnitOfWork,
    settings: &Settings,
    wanted: &[(kpis::Model, Period)],
) -> Result<Vec<Outcome>> {
    let mut groups: BTreeMap<(DateTime<Utc>, DateTime<Utc>), Vec<&kpis::Model>> = BTreeMap::new();
    for (kpi, period) in wanted {
        groups.entry((period.start, period.end)).or_default().push(kpi);
    }
    let mut outcomes = Vec::with_capacity(wanted.len());
    for ((start, end), kpis) in groups {
        let period = Period { start, end };
        let (taken, rows) = measure(unit, settings, period, &kpis).await?;
        add(unit, &kpis, rows).await?;
        let ids: Vec<Uuid> = kpis.iter().map(|kpi| kpi.id).collect();
        move_on(unit, &ids, period).await?;
        outcomes.extend(taken);
    }
    Ok(outcomes)
}

/// What KPIs measure over a period: what becomes of each, and the new measurements.
async fn measure(
    unit: &UnitOfWork,
    settings: &Settings,
    period: Period,
    kpis: &[&kpis::Model],
) -> Result<(Vec<Outcome>, Vec<kpi_measurements::Model>)> {
    let known = measured(unit, kpis, period).await?;
    // No two frequencies share a period.
    let frequency = kpis.first().map_or(KpiFrequency::Daily, |kpi| kpi.frequency);
    let window = Window::new(settings, frequency, period, unit.now());
    let metrics: Vec<KpiMetric> = kpis.iter().filter(|kpi| !known.contains(&kpi.id)).map(|kpi| kpi.metric).collect();
    let found = metric::measure(unit, &metrics, &window).await?;
    let (mut outcomes, mut rows) = (Vec::new(), Vec::new());
    for kpi in kpis {
        let measured = found.get(&kpi.metric).cloned().unwrap_or_default();
        let value = match known.contains(&kpi.id) {
            true => Err(Reason::AlreadyMeasured),
            false => storable(kpi.metric, &measured, &window),
        };
        let taken = value.map(|value| {
            let row = row(unit, kpi.id, period, value, Json::Object(measured.details));
            let id = row.id;
            rows.push(row);
            id
        });
        outcomes.push((kpi.id, taken));
    }
    Ok((outcomes, rows))
}

fn storable(metric: KpiMetric, measured: &Measured, window: &Window) -> Result<Decimal, Reason> {
    match measured.value {
        _ if !metric::reaches(metric, window) && !window.is_present => Err(Reason::NoHistory),
        None => Err(Reason::NoData),
        Some(value) if !metric::is_storable(value) => Err(Reason::TooLarge),
        Some(value) => Ok(value),
    }
}

/// Which KPIs have a measurement of a period.
async fn measured(unit: &UnitOfWork, kpis: &[&kpis::Model], period: Period) -> Result<HashSet<Uuid>> {
    let ids: Vec<Uuid> = kpis.iter().map(|kpi| kpi.id).collect();
    let mut sql = unit.sql();
    sql.push("SELECT kpi_id AS id FROM kpi_measurements WHERE kpi_id").is_any(&ids);
    sql.push(" AND period_start = ").bind(period.start).push(" AND period_end = ").bind(period.end);
    unit.ids(sql).await
}

/// A new measurement.
pub(super) fn row(
    unit: &UnitOfWork,
    kpi: Uuid,
    period: Period,
    value: Decimal,
    metadata: Json,
) -> kpi_measurements::Model {
    kpi_measurements::Model {
        id: Uuid::now_v7(),
        kpi_id: kpi,
        measured_at: unit.now().into(),
        value,
        period_start: Some(period.start.into()),
        period_end: Some(period.end.into()),
        metadata,
        created_at: unit.now().into(),
    }
}

/// Adds measurements of KPIs, and tells of them: the version of a KPI does not move by it.
pub(super) async fn add(
    unit: &mut UnitOfWork,
    kpis: &[&kpis::Model],
    rows: Vec<kpi_measurements::Model>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    for row in &rows {
        let Some(kpi) = kpis.iter().find(|kpi| kpi.id == row.kpi_id) else { continue };
        unit.emit(Event {
            kind: EventKind::KpiMeasured,
            aggregate_type: EventAggregate::Kpi,
            aggregate_id: kpi.id,
            aggregate_version: 0,
            agent_id: kpi.owner_agent_id,
            execution_id: None,
            changes: told(row),
        });
    }
    let rows = rows.into_iter().map(kpi_measurements::ActiveModel::from);
    kpi_measurements::Entity::insert_many(rows).exec_without_returning(unit.txn().await?).await?;
    Ok(())
}

/// What events and audit entries say of a measurement.
pub(super) fn told(row: &kpi_measurements::Model) -> Map<String, Json> {
    let moment = |at: Option<DateTimeWithTimeZone>| at.map(|at| at.to_utc().to_rfc3339());
    Map::from_iter([
        ("measurementId".to_owned(), json!(row.id)),
        ("value".to_owned(), json!(row.value.to_string())),
        ("periodStart".to_owned(), json!(moment(row.period_start))),
        ("periodEnd".to_owned(), json!(moment(row.period_end))),
    ])
}

/// Notes that KPIs were looked at over a period, unless an earlier one is still to come.
pub(super) async fn move_on(unit: &UnitOfWork, kpis: &[Uuid], period: Period) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE kpis SET measured_until = ").bind(period.end).push(" WHERE id").is_any(kpis);
    sql.push(" AND COALESCE(measured_until, created_at) >= ").bind(period.start);
    sql.push(" AND COALESCE(measured_until, created_at) < ").bind(period.end);
    unit.execute(sql).await.map(drop)
}
