//! The hierarchy of agents, seen from one of them.

use uuid::Uuid;

use crate::{Result, Unit};

/// An agent and all below it.
pub(super) async fn below(unit: &Unit, agent: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE tree(id) AS (SELECT id FROM agents WHERE id = ").bind(agent);
    sql.push(" UNION SELECT agents.id FROM agents JOIN tree ON agents.parent_id = tree.id) SELECT id FROM tree");
    Ok(unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?)
}

/// The agents above an agent, nearest first.
pub(super) async fn above(unit: &Unit, agent: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE path(id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM agents WHERE id = ")
        .bind(agent);
    sql.push(" UNION ALL SELECT agents.id, agents.parent_id, path.depth + 1 FROM agents JOIN path ON agents.id = path.parent_id ");
    sql.push("WHERE path.depth < 64) SELECT id FROM path WHERE depth > 0 ORDER BY depth");
    Ok(unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?)
}
