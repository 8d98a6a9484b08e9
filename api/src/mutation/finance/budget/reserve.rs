//! Reserving money of a budget.

use crate::{
    finance::{BudgetReservation, BudgetSlice},
    mutation::prelude::*,
};

verbs! {
    /// Reserves free money of a slice before it is spent. Refused (BUDGET_EXCEEDED) if less is free.
    reserve_budget = join(service::finance::budget::reserve::Reserve) {
        /// The slice.
        slice_id: Id,
        /// Amount, above 0, in the currency of the budget.
        amount: Decimal,
        /// What it is for, for people. At most 255 characters.
        purpose: String,
        /// How long the money is kept, in seconds, 1 to 31622400. Default: a day; with `taskId`, until the task ends.
        ttl_seconds: Option<i32>,
        /// The task it is for. When the task ends, the money is free again.
        task_id: Option<Id>,
        /// The campaign it is for.
        campaign_id: Option<Id>,
        /// Your own name of the effect. A repeated call with the same one returns the first reservation. At most 255
        /// characters.
        effect_key: Option<String>,
        /// The approval of an amount above the agent's limit (configuration `authority`). It must be about this budget.
        approval_id: Option<Id>,
    } -> reserved {
        /// The reservation.
        reservation: Row<BudgetReservation> = reserved.reservation,
        /// Its slice.
        slice: Row<BudgetSlice> = reserved.slice,
    }
}
