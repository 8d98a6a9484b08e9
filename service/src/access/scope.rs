//! For whom a principal acts.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    principal::Role,
    refusal::{Code, Refusal},
};

/// Which of some agents a principal acts for: a key of the role `agent` is for its own agent and those below it.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    outside: HashSet<Uuid>,
}

impl Scope {
    /// Asks about agents; one statement, whatever their number.
    pub async fn of(unit: &UnitOfWork, agents: impl IntoIterator<Item = Uuid>) -> Result<Self> {
        let principal = unit.principal();
        if principal.role != Role::Agent {
            return Ok(Self::default());
        }
        let own = super::own_agent(principal)?;
        let mut outside: HashSet<Uuid> = agents.into_iter().filter(|agent| *agent != own).collect();
        if outside.is_empty() {
            return Ok(Self::default());
        }
        let others: Vec<Uuid> = outside.iter().copied().collect();
        // Upwards, since a path is short and a hierarchy may be wide.
        let mut sql = unit.sql();
        sql.push("WITH RECURSIVE up(agent, id) AS (SELECT k.id, k.id FROM ").keys(&others);
        sql.push(" UNION SELECT up.agent, agents.parent_id FROM up JOIN agents ON agents.id = up.id WHERE up.id <> ");
        sql.bind(own).push(" AND agents.parent_id IS NOT NULL) SELECT agent FROM up WHERE id = ").bind(own);
        for found in unit.rows(sql).await? {
            outside.remove(&found.try_get_by("agent")?);
        }
        Ok(Self { outside })
    }

    /// Refuses an agent that was asked about and that the principal does not act for.
    pub fn check(&self, agent: Uuid) -> Result<(), Refusal> {
        match self.outside.contains(&agent) {
            true => Err(Refusal::new(
                Code::Forbidden,
                format!("agent {agent} is neither this key's own agent nor below it"),
            )),
            false => Ok(()),
        }
    }
}

/// Refuses agents that the principal does not act for.
pub async fn within(unit: &UnitOfWork, agents: impl IntoIterator<Item = Uuid>) -> Result<()> {
    let agents: Vec<Uuid> = agents.into_iter().collect();
    let scope = Scope::of(unit, agents.iter().copied()).await?;
    Ok(agents.into_iter().try_for_each(|agent| scope.check(agent))?)
}
