//! Who asked for a decision, and who is too near to it to decide.

use std::collections::HashSet;

use entity::approvals;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::{Sql, row::enum_value},
    principal::{Principal, Role, is_person},
    refusal::{Code, Refusal},
    work::hierarchy,
};

/// Refuses who asked, or answers to who asked.
pub(super) fn refusal() -> Refusal {
    let message = "neither the requester of an approval nor an agent below it can decide it";
    Refusal::new(Code::NotPermitted, message)
}

/// Whether a principal asked. A key that was made in place of another one has its name.
pub(super) fn is(principal: &Principal, approval: &approvals::Model) -> bool {
    // While there are no keys, one person is everybody.
    principal.key.is_some() && (principal.key == approval.requesting_key_id || principal.name == approval.requested_by)
}

/// The agents for which it was asked: the one whose task it was then, the one whose task it is now, and the one whose
/// key was used.
pub(super) async fn agents(unit: &UnitOfWork, approval: &approvals::Model, task_agent: Uuid) -> Result<HashSet<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT agent_id AS id FROM api_keys WHERE agent_id IS NOT NULL AND ");
    write_key(&mut sql, approval);
    let mut agents: HashSet<Uuid> = unit.ids(sql).await?;
    agents.extend(approval.requesting_agent_id);
    agents.insert(task_agent);
    Ok(agents)
}

/// Of some agents, those that are among the askers or below one of them.
pub(super) async fn subject_to(unit: &UnitOfWork, askers: &HashSet<Uuid>, agents: &[Uuid]) -> Result<HashSet<Uuid>> {
    let pairs = askers.iter().flat_map(|asker| agents.iter().map(move |agent| (*asker, *agent))).collect();
    Ok(hierarchy::in_line(unit, pairs).await?.into_iter().map(|(_, agent)| agent).collect())
}

/// Whether somebody asked who could decide: not an agent, nor the orchestrator.
pub(super) async fn is_a_person(unit: &UnitOfWork, approval: &approvals::Model) -> Result<bool> {
    let mut sql = unit.sql();
    sql.push("SELECT role FROM api_keys WHERE ");
    write_key(&mut sql, approval);
    let rows = unit.rows(sql).await?;
    let mut roles = Vec::new();
    for found in &rows {
        roles.push(enum_value::<Role>(found, "role")?);
    }
    Ok(match roles.is_empty() {
        true => approval.requested_by == Principal::local().name,
        false => roles.into_iter().all(is_person),
    })
}

/// Adds which keys may have been used: one, or all of its name where only that was written down.
fn write_key(sql: &mut Sql, approval: &approvals::Model) {
    match approval.requesting_key_id {
        Some(key) => sql.push("id = ").bind(key),
        None => sql.push("name = ").bind(approval.requested_by.as_str()),
    };
}
