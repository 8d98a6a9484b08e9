//! Handing money of a budget down.

use crate::{finance::BudgetSlice, mutation::prelude::*};

verbs! {
    /// Allocates free money of a slice to an agent below the slice's own agent. A negative amount takes back money that
    /// the agent has free. Refused (BUDGET_EXCEEDED) if less is free.
    allocate_budget = perform(service::finance::budget::allocate::Allocate) {
        /// The slice that the money is taken from.
        slice_id: Id,
        /// The agent that gets it. An agent has at most one slice of a budget.
        agent_id: Id,
        /// Amount, not 0, in the currency of the budget.
        amount: Decimal,
    } -> allocated {
        /// The slice that the money was taken from.
        parent: Row<BudgetSlice> = allocated.parent,
        /// The slice of the agent.
        child: Row<BudgetSlice> = allocated.child,
    }
}
