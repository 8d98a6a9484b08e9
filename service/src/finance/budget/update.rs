//! Changing a budget.

use entity::{agents, budgets};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::slice;
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    events::EventKind,
    money::{currency, stored},
    refusal::At,
    settings,
};

/// Updates a budget. Its category, month and currency stay.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The budget.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called.
    pub name: Change<String>,
    /// What may be spent: at least what its root has handed down, promised and spent.
    pub amount: Change<Decimal>,
    /// The agent who answers for it.
    pub owner_agent_id: Change<Option<Uuid>>,
}

impl Verb for Update {
    /// The budget.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateBudget;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        if let Change::Set(Some(agent)) = self.owner_agent_id {
            edit::hold::<agents::Model>(unit, agent).await.at(["ownerAgentId"])?;
        }
        let settings = settings::load(unit).await?;
        // Slices before budgets.
        let mut root = slice::lock_root(unit, self.id).await.at(["id"])?;
        let before: budgets::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut budget = before.clone();
        self.name.apply(&mut budget.name);
        self.amount.apply(&mut budget.allocated_amount);
        self.owner_agent_id.apply(&mut budget.owner_agent_id);
        check::text("name", &budget.name, check::NAME)?;
        if budget.allocated_amount != before.allocated_amount {
            currency::check_amount("amount", budget.allocated_amount, &budget.currency)?;
            let used = root.delegated + root.reserved + root.spent;
            if budget.allocated_amount < used {
                let used = used.normalize();
                let message = format!("`amount` must be at least {used}: that was handed down, reserved or spent");
                return Err(check::invalid("amount", message).into());
            }
            budget.allocated_amount = stored(budget.allocated_amount);
            root.allocated = budget.allocated_amount;
            root.save(unit, &settings);
        }
        edit::update(unit, Self::OPERATION, EventKind::BudgetUpdated, &before, budget).await
    }
}
