//! Which KPIs reach their targets, by their latest measurements.

use entity::sea_orm_active_enums::KpiMetric;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::content::shown;
use crate::{
    Result,
    analytics::{
        latest::{self, Latest, Status},
        metric::rounded,
    },
    database::{Source, row},
};

/// The most KPIs of a report.
const MOST: usize = 250;

/// The KPIs in use that have a target, by name.
pub(super) async fn list(source: &impl Source) -> Result<Json> {
    let mut sql = source.sql();
    sql.push("SELECT id, name, metric, target_value FROM kpis WHERE is_active AND target_value IS NOT NULL ");
    sql.write(format_args!("ORDER BY name LIMIT {MOST}"));
    let rows = source.rows(sql).await?;
    let ids: Vec<Uuid> = row::ids(&rows)?;
    let mut sql = source.sql();
    latest::write(&mut sql, &ids);
    let latest = latest::read(&source.rows(sql).await?)?;
    let target = |row: &QueryResult| -> Result<Json> {
        let id: Uuid = row.try_get_by("id")?;
        target(row, id, latest.get(&id).copied().flatten())
    };
    rows.iter().map(target).collect::<Result<Vec<Json>>>().map(Json::from)
}

fn target(row: &QueryResult, id: Uuid, latest: Option<Latest>) -> Result<Json> {
    let (name, target): (String, Decimal) = (row.try_get_by("name")?, row.try_get_by("target_value")?);
    let metric: KpiMetric = row::enum_value(row, "metric")?;
    let status = latest.map(|latest| match latest::status(metric, latest.value, target) {
        Status::OnTarget => "ON_TARGET",
        Status::OffTarget => "OFF_TARGET",
    });
    Ok(json!({
        "kpiId": id,
        "name": name,
        "target": rounded(target).to_string(),
        "value": shown(latest.map(|latest| latest.value)),
        "status": status,
    }))
}
