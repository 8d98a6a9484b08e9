//! KPIs of which a period is over: the server measures each of their periods once, in their order.

use chrono::{DateTime, Utc};
use entity::{
    kpis,
    sea_orm_active_enums::{KpiFrequency, KpiMetric},
};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::taken;
use crate::{
    Result, UnitOfWork,
    database::Sql,
    settings::{self, Settings},
    zone::{self, Period},
};

/// The most periods of a KPI that are made up for in one transaction.
const AT_ONCE: usize = 12;

/// Writes the search for KPIs of which a period is over that was not looked at: `id` and `due`.
pub(crate) fn write_due<'a>(sql: &'a mut Sql, settings: &Settings, now: DateTime<Utc>) -> &'a mut Sql {
    sql.push("SELECT id, COALESCE(measured_until, created_at) AS due FROM kpis WHERE is_active AND metric <> ");
    sql.literal(&KpiMetric::Manual);
    let mut separator = " AND (";
    for frequency in KpiFrequency::iter() {
        let running = zone::period_at(frequency, now, settings.time_zone);
        sql.push(separator).push("frequency = ").literal(&frequency);
        sql.push(" AND COALESCE(measured_until, created_at) < ").bind(running.start);
        separator = " OR ";
    }
    sql.push(")")
}

/// Measures those KPIs of which a period is still to be looked at under their lock; over how many periods.
pub(crate) async fn measure_due(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let mut found = lock(unit, ids).await?;
    let settings = settings::load(unit).await?;
    let mut looked = 0;
    for _ in 0..AT_ONCE {
        let due = |kpi: &kpis::Model| due(kpi, &settings, unit.now()).map(|period| (kpi.clone(), period));
        let wanted: Vec<(kpis::Model, Period)> = found.iter().filter_map(due).collect();
        if wanted.is_empty() {
            break;
        }
        taken::take(unit, &settings, &wanted).await?;
        looked += wanted.len();
        for kpi in &mut found {
            if let Some((_, period)) = wanted.iter().find(|(it, _)| it.id == kpi.id) {
                kpi.measured_until = Some(period.end.into());
            }
        }
    }
    Ok(looked)
}

/// Locks KPIs, in the order of their ids.
pub(super) async fn lock(unit: &UnitOfWork, ids: &[Uuid]) -> Result<Vec<kpis::Model>> {
    let query = kpis::Entity::find().filter(kpis::Column::Id.is_in(ids.iter().copied()));
    Ok(query.order_by_asc(kpis::Column::Id).lock_exclusive().all(unit.txn().await?).await?)
}

/// The next period of a KPI, if it is over.
fn due(kpi: &kpis::Model, settings: &Settings, now: DateTime<Utc>) -> Option<Period> {
    if !kpi.is_active || kpi.metric == KpiMetric::Manual {
        return None;
    }
    let looked_at = kpi.measured_until.unwrap_or(kpi.created_at).to_utc();
    let next = zone::period_at(kpi.frequency, looked_at, settings.time_zone);
    (next.end <= now).then_some(next)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn kpi(created: &str, measured_until: Option<&str>) -> kpis::Model {
        kpis::Model {
            id: Uuid::nil(),
            name: "Orders".to_owned(),
            category: "sales".to_owned(),
            metric: KpiMetric::OrderCount,
            formula: String::new(),
            unit: None,
            target_value: None,
            frequency: KpiFrequency::Daily,
            owner_agent_id: None,
            is_active: true,
            version: 1,
            created_at: at(created).into(),
            updated_at: at(created).into(),
            measured_until: measured_until.map(|until| at(until).into()),
        }
    }

    #[test]
    fn the_next_period_is_due_when_it_is_over() {
        let settings = Settings { time_zone: Tz::Europe__Berlin, ..Settings::default() };
        let start = |kpi: &kpis::Model, now: &str| due(kpi, &settings, at(now)).map(|period| period.start);
        let new = kpi("2026-10-24T10:00:00Z", None);
        assert_eq!(start(&new, "2026-10-24T21:59:59Z"), None);
        assert_eq!(start(&new, "2026-10-24T22:00:00Z"), Some(at("2026-10-23T22:00:00Z")));
        // A day of 25 hours.
        let measured = kpi("2026-10-24T10:00:00Z", Some("2026-10-24T22:00:00Z"));
        assert_eq!(start(&measured, "2026-10-25T22:59:59Z"), None);
        assert_eq!(start(&measured, "2026-10-25T23:00:00Z"), Some(at("2026-10-24T22:00:00Z")));
        for unused in
            [kpis::Model { is_active: false, ..new.clone() }, kpis::Model { metric: KpiMetric::Manual, ..new.clone() }]
        {
            assert_eq!(start(&unused, "2026-12-24T22:00:00Z"), None);
        }
    }
}
