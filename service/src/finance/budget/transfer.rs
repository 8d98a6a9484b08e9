//! Moving money between slices that were taken from the same one, or between budgets.

use std::collections::BTreeSet;

use entity::{agents, budgets};
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
    payments::check_positive,
    refusal::{At, Code, Refusal},
    settings,
};

/// Moves free money from one slice to another. The total stays.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// Whose money it is.
    pub from_slice_id: Uuid,
    /// Who gets it.
    pub to_slice_id: Uuid,
    /// How much.
    pub amount: Decimal,
}

/// The slices that were changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Moved {
    /// The one that has less.
    pub from: Uuid,
    /// The one that has more.
    pub to: Uuid,
}

impl Verb for Move {
    type Outcome = Moved;
    const OPERATION: Operation = Operation::MoveBudget;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Moved> {
        let settings = settings::load(unit).await?;
        let (mut from, mut to) = self.lock(unit).await?;
        from.check_holder(unit).await.at(["fromSliceId"])?;
        to.check_holder(unit).await.at(["toSliceId"])?;
        check_pair(&from, &to)?;
        check_active(unit, &to).await?;
        check_positive("amount", self.amount, &from.budget.currency)?;
        from.check_free(self.amount).at(["amount"])?;
        let most = currency::max_amount();
        if to.allocated + self.amount > most {
            return Err(check::invalid("amount", format!("a budget has at most {most}")).into());
        }
        from.allocated -= self.amount;
        to.allocated += self.amount;
        from.save(unit, &settings);
        to.save(unit, &settings);
        match from.parent {
            Some(_) => {
                let told = json!({ "toSliceId": to.id, "amount": shown(self.amount) });
                from.tell(unit, EventKind::BudgetMoved, told);
            }
            None => write_budgets(unit, &[&from, &to]).await?,
        }
        Ok(Moved { from: from.id, to: to.id })
    }
}

impl Move {
    async fn lock(&self, unit: &UnitOfWork) -> Result<(Slice, Slice)> {
        let mut slices = slice::lock_all(unit, &[self.from_slice_id, self.to_slice_id]).await?;
        let mut take = |id: Uuid| {
            let place = slices.iter().position(|slice| slice.id == id);
            place.map(|place| slices.swap_remove(place)).ok_or_else(|| slice::not_found(id))
        };
        let from = take(self.from_slice_id).at(["fromSliceId"])?;
        if self.from_slice_id == self.to_slice_id {
            return Err(check::invalid("toSliceId", "`toSliceId` must be another slice than `fromSliceId`").into());
        }
        let to = take(self.to_slice_id).at(["toSliceId"])?;
        Ok((from, to))
    }
}

/// Refuses slices between which nothing moves.
fn check_pair(from: &Slice, to: &Slice) -> Result<(), Refusal> {
    let is_pair = match (from.parent, to.parent) {
        (Some(from), Some(to)) => from == to,
        (None, None) => from.budget.currency == to.budget.currency,
        _ => false,
    };
    match is_pair {
        true => Ok(()),
        false => {
            let message = "money moves between slices of the same parent, or between the root slices of two budgets of \
                           one currency";
            Err(check::invalid("toSliceId", message))
        }
    }
}

/// Refuses to give an agent more that is not active.
async fn check_active(unit: &UnitOfWork, to: &Slice) -> Result<()> {
    let Some(agent) = to.holder().filter(|_| to.parent.is_some()) else { return Ok(()) };
    match edit::find::<agents::Model>(unit, agent).await?.is_active {
        true => Ok(()),
        false => Err(Refusal::new(Code::AgentInactive, "the agent is not active").at(["toSliceId"]).into()),
    }
}

/// Writes what the budgets of roots have now: after the slices, in the order of their ids.
async fn write_budgets(unit: &mut UnitOfWork, roots: &[&Slice]) -> Result<()> {
    let ids: BTreeSet<Uuid> = roots.iter().map(|root| root.budget.id).collect();
    for id in ids {
        let before: budgets::Model = edit::lock(unit, id, None).await?;
        let mut budget = before.clone();
        if let Some(root) = roots.iter().find(|root| root.budget.id == id) {
            budget.allocated_amount = root.allocated;
        }
        edit::update(unit, Move::OPERATION, EventKind::BudgetMoved, &before, budget).await?;
    }
    Ok(())
}
