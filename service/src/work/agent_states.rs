//! Agents as a transaction finds them.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::{Error, Result, UnitOfWork};

/// Agents that are there.
#[derive(Clone, Debug, Default)]
pub(super) struct AgentStates(HashMap<Uuid, Entry>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    active: bool,
    limit: Option<i32>,
}

impl AgentStates {
    /// Reads agents as they are now.
    pub(super) async fn read(unit: &UnitOfWork, agents: &BTreeSet<Uuid>) -> Result<Self> {
        Self::of(unit, agents, false).await
    }

    /// Reads agents and holds them: none of them is deactivated before the end of the unit.
    pub(super) async fn hold(unit: &UnitOfWork, agents: &BTreeSet<Uuid>) -> Result<Self> {
        Self::of(unit, agents, true).await
    }

    async fn of(unit: &UnitOfWork, agents: &BTreeSet<Uuid>, held: bool) -> Result<Self> {
        if agents.is_empty() {
            return Ok(Self::default());
        }
        let agents: Vec<Uuid> = agents.iter().copied().collect();
        let mut sql = unit.sql();
        sql.push("SELECT id, is_active, max_concurrent_tasks FROM agents WHERE id").is_any(&agents);
        if held {
            sql.push(" ORDER BY id").for_key_share();
        }
        let mut states = Self::default();
        for found in unit.rows(sql).await? {
            let (active, limit) = (found.try_get_by("is_active")?, found.try_get_by("max_concurrent_tasks")?);
            states.0.insert(found.try_get_by("id")?, Entry { active, limit });
        }
        match agents.iter().find(|agent| !states.0.contains_key(agent)) {
            Some(unknown) => Err(Error::NotFound("agent", *unknown)),
            None => Ok(states),
        }
    }

    /// Whether an agent takes work.
    pub(super) fn is_active(&self, agent: Uuid) -> bool {
        self.0.get(&agent).is_some_and(|entry| entry.active)
    }

    /// How many tasks an agent may have in progress, if that is limited.
    pub(super) fn limit(&self, agent: Uuid) -> Option<i32> {
        self.0.get(&agent).and_then(|entry| entry.limit)
    }
}
