//! The hierarchy of agents, seen from one of them.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{Result, UnitOfWork, limits::LEVELS_ABOVE};

/// An agent and all below it.
pub(super) async fn below(unit: &UnitOfWork, agent: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE tree(id) AS (SELECT id FROM agents WHERE id = ").bind(agent);
    sql.push(" UNION SELECT agents.id FROM agents JOIN tree ON agents.parent_id = tree.id) SELECT id FROM tree");
    unit.ids(sql).await
}

/// The agents above an agent, nearest first.
pub(crate) async fn above(unit: &UnitOfWork, agent: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE path(id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM agents WHERE id = ")
        .bind(agent);
    sql.push(" UNION ALL SELECT agents.id, agents.parent_id, path.depth + 1 FROM agents JOIN path ON agents.id = path.parent_id ");
    sql.write(format_args!("WHERE path.depth < {LEVELS_ABOVE}) SELECT id FROM path WHERE depth > 0 ORDER BY depth"));
    unit.ids(sql).await
}

/// Of pairs of agents, those in which the first is the second or stands above it.
pub(super) async fn in_line(unit: &UnitOfWork, pairs: HashSet<(Uuid, Uuid)>) -> Result<HashSet<(Uuid, Uuid)>> {
    let (mut in_line, others): (HashSet<_>, HashSet<_>) = pairs.into_iter().partition(|(upper, lower)| upper == lower);
    if others.is_empty() {
        return Ok(in_line);
    }
    let lower: HashSet<Uuid> = others.iter().map(|(_, lower)| *lower).collect();
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE up(agent, id) AS (SELECT k.id, k.id FROM ").keys(&lower.into_iter().collect::<Vec<_>>());
    sql.push(" UNION SELECT up.agent, agents.parent_id FROM up JOIN agents ON agents.id = up.id ");
    sql.push("WHERE agents.parent_id IS NOT NULL) SELECT id, agent FROM up");
    let mut lines: HashSet<(Uuid, Uuid)> = HashSet::new();
    for found in unit.rows(sql).await? {
        lines.insert((found.try_get_by("id")?, found.try_get_by("agent")?));
    }
    in_line.extend(others.into_iter().filter(|pair| lines.contains(pair)));
    Ok(in_line)
}
