//! Touchpoints: when a customer met an agent or a campaign. Attribution computes from nothing else.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::{Column, columns, row::ids},
};

/// When a customer met an agent or a campaign.
#[derive(Clone, Debug)]
pub(crate) struct Touch {
    /// The customer.
    pub(crate) customer_id: Uuid,
    /// The agent.
    pub(crate) agent_id: Option<Uuid>,
    /// The campaign.
    pub(crate) campaign_id: Option<Uuid>,
    /// Where, such as `email`.
    pub(crate) channel: String,
    /// What it was, such as `clicked`.
    pub(crate) kind: String,
    /// When it was.
    pub(crate) occurred_at: DateTime<Utc>,
    /// Its id elsewhere. Recording the same id again adds nothing.
    pub(crate) external_id: Option<String>,
}

struct Row<'a> {
    id: Uuid,
    touch: &'a Touch,
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    columns!(Row<'a>:
        id,
        customer_id = touch.customer_id,
        agent_id = touch.agent_id,
        campaign_id = touch.campaign_id,
        channel = touch.channel,
        kind = touch.kind,
        occurred_at = touch.occurred_at,
        external_id = touch.external_id,
    )
    .into()
}

/// Adds a touchpoint; its id, none if its external id exists already. The customer must be held.
pub(crate) async fn add(unit: &UnitOfWork, touch: Touch) -> Result<Option<Uuid>> {
    Ok(add_all(unit, &[touch]).await?.pop().flatten())
}

/// Adds touchpoints, all in one statement: the id of each, none for those that exist already.
pub(crate) async fn add_all(unit: &UnitOfWork, touches: &[Touch]) -> Result<Vec<Option<Uuid>>> {
    if touches.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row<'_>> = touches.iter().map(|touch| Row { id: Uuid::now_v7(), touch }).collect();
    let mut sql = unit.sql();
    sql.insert("touchpoints", &columns(), &[("created_at", unit.now().into())], &rows);
    // SQLite needs the condition to tell this from a join.
    sql.push(" WHERE TRUE ON CONFLICT DO NOTHING RETURNING id");
    let added: HashSet<Uuid> = ids(&unit.returning(sql).await?)?;
    Ok(rows.iter().map(|row| Some(row.id).filter(|id| added.contains(id))).collect())
}
