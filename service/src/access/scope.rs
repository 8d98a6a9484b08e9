//! For whom a principal acts.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{Error, Result, Unit, principal::Role};

/// Refuses agents that the principal does not act for: a key of the role `agent` is for its own agent and those below
/// it. One statement, whatever their number.
pub async fn within(unit: &Unit, agents: impl IntoIterator<Item = Uuid>) -> Result<()> {
    let principal = unit.principal();
    if principal.role != Role::Agent {
        return Ok(());
    }
    let own = principal.agent.ok_or_else(|| Error::internal("a key of the role agent without an agent"))?;
    let others: HashSet<Uuid> = agents.into_iter().filter(|agent| *agent != own).collect();
    if others.is_empty() {
        return Ok(());
    }
    let others: Vec<Uuid> = others.into_iter().collect();
    // Upwards, since a path is short and a house may be wide.
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE up(agent, id) AS (SELECT k.id, k.id FROM ").keys(&others);
    sql.push(" UNION SELECT up.agent, agents.parent_id FROM up JOIN agents ON agents.id = up.id WHERE up.id <> ");
    sql.bind(own).push(" AND agents.parent_id IS NOT NULL) SELECT agent FROM up WHERE id = ").bind(own);
    let below = unit.rows(sql).await?.iter().map(|row| row.try_get_by(0)).collect::<Result<HashSet<Uuid>, _>>()?;
    match others.iter().find(|agent| !below.contains(agent)) {
        Some(agent) => Err(Error::Forbidden(format!("agent {agent} is neither this key's own agent nor below it"))),
        None => Ok(()),
    }
}
