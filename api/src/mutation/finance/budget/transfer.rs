//! Moving money between budgets, or parts of one.

use crate::{finance::BudgetSlice, mutation::prelude::*};

verbs! {
    /// Moves free money between slices that have the same parent, or between the root slices of two budgets in the same
    /// currency. The total stays. Refused (BUDGET_EXCEEDED) if less is free.
    move_budget = perform(service::finance::budget::transfer::Move) {
        /// The slice that the money is taken from.
        from_slice_id: Id,
        /// The slice that gets it.
        to_slice_id: Id,
        /// Amount, above 0.
        amount: Decimal,
    } -> moved {
        /// The slice that the money was taken from.
        from: Row<BudgetSlice> = moved.from,
        /// The slice that got it.
        to: Row<BudgetSlice> = moved.to,
    }
}
