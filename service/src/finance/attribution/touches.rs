//! The touches that came before revenue.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::QueryResult;
use uuid::Uuid;

use super::model::Credited;
use crate::{Result, UnitOfWork};

/// What a customer met in the days before a moment, in the order of time. The touch of a campaign without an agent
/// is that of the campaign's owner; one without either credits nobody.
pub(super) async fn before(
    unit: &UnitOfWork,
    customer: Uuid,
    until: DateTime<Utc>,
    days: i32,
) -> Result<Vec<Credited>> {
    let from = until.checked_sub_signed(TimeDelta::days(days.into())).unwrap_or(until);
    let mut sql = unit.sql();
    sql.push("SELECT COALESCE(p.agent_id, c.owner_agent_id) AS agent_id, p.campaign_id FROM touchpoints AS p ");
    sql.push("LEFT JOIN campaigns AS c ON c.id = p.campaign_id WHERE p.customer_id = ").bind(customer);
    sql.push(" AND p.occurred_at >= ").bind(from).push(" AND p.occurred_at <= ").bind(until);
    sql.push(" AND COALESCE(p.agent_id, c.owner_agent_id) IS NOT NULL ORDER BY p.occurred_at, p.id");
    let rows = unit.rows(sql).await?;
    let touch = |row: &QueryResult| -> Result<Credited> {
        Ok(Credited { agent: row.try_get_by("agent_id")?, campaign: row.try_get_by("campaign_id")? })
    };
    rows.iter().map(touch).collect()
}
