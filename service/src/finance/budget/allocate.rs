//! Handing money of a budget down, and taking it back.

use entity::agents;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::slice::{self, Slice, shown};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    events::EventKind,
    money::currency,
    refusal::{At, Code, Refusal},
    settings,
    work::hierarchy,
};

/// Gives an agent money of a slice, or takes back what the agent has free.
#[derive(Clone, Debug, Serialize)]
pub struct Allocate {
    /// The slice that it is taken from.
    pub slice_id: Uuid,
    /// The agent, below the one to whom the slice belongs.
    pub agent_id: Uuid,
    /// How much; below 0 to take it back.
    pub amount: Decimal,
}

/// The slices that were changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Allocated {
    /// The slice that was named.
    pub parent: Uuid,
    /// The slice of the agent.
    pub child: Uuid,
}

impl Verb for Allocate {
    type Outcome = Allocated;
    const OPERATION: Operation = Operation::AllocateBudget;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Allocated> {
        let settings = settings::load(unit).await?;
        let agent: agents::Model = edit::hold(unit, self.agent_id).await.at(["agentId"])?;
        let mut parent = slice::lock(unit, self.slice_id).await.at(["sliceId"])?;
        parent.check_holder(unit).await.at(["sliceId"])?;
        currency::check("amount", self.amount, &parent.budget.currency)?;
        // Nobody else makes one: who does holds the parent, or has found another one.
        let there = slice::lock_where(unit, |sql| {
            sql.push("s.budget_id = ").bind(parent.budget.id).push(" AND s.agent_id = ").bind(self.agent_id);
        });
        let there = there.await?.pop();
        self.check_child(&parent, there.as_ref())?;
        if self.amount > Decimal::ZERO {
            self.check_agent(unit, &agent, &parent).await?;
            parent.check_free(self.amount).at(["amount"])?;
        }
        let (is_new, mut child) = match there {
            Some(child) => (false, child),
            None => (true, parent.child(self.agent_id)),
        };
        child.check_free(-self.amount).at(["amount"])?;
        parent.delegated += self.amount;
        child.allocated += self.amount;
        parent.save(unit, &settings);
        match is_new {
            true => child.add(unit, &settings),
            false => child.save(unit, &settings),
        }
        let told = json!({
            "parentSliceId": parent.id,
            "amount": shown(self.amount),
            "allocatedAmount": shown(child.allocated),
        });
        child.tell(unit, EventKind::BudgetAllocated, told);
        Ok(Allocated { parent: parent.id, child: child.id })
    }
}

impl Allocate {
    /// Refuses an amount of 0, taking something back from an agent that has nothing, and an agent that got its slice of
    /// the budget from elsewhere.
    fn check_child(&self, parent: &Slice, child: Option<&Slice>) -> Result<(), Refusal> {
        match child {
            _ if self.amount.is_zero() => Err(check::invalid("amount", "`amount` must not be 0")),
            Some(child) if child.parent != Some(parent.id) => {
                let message = "the agent has a slice of this budget that was not taken from this one";
                Err(Refusal::new(Code::AlreadyExists, message).at(["agentId"]))
            }
            None if self.amount < Decimal::ZERO => {
                Err(check::invalid("agentId", "the agent has no slice of this budget"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses an agent who may not get it: one that is not active, or not below the one to whom the slice belongs.
    async fn check_agent(&self, unit: &UnitOfWork, agent: &agents::Model, parent: &Slice) -> Result<()> {
        if !agent.is_active {
            return Err(Refusal::new(Code::AgentInactive, "the agent is not active").at(["agentId"]).into());
        }
        let Some(holder) = parent.holder() else { return Ok(()) };
        match hierarchy::above(unit, self.agent_id).await?.contains(&holder) {
            true => Ok(()),
            false => {
                let message = "the agent is not below the one to whom the slice belongs";
                Err(Refusal::new(Code::NotPermitted, message).at(["agentId"]).into())
            }
        }
    }
}
