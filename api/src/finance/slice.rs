//! Slices: how budgets are handed down.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{Budget, BudgetReservation, Transaction};
use crate::{agents::Agent, marketing::Campaign, read::scalars::Id, resource};

resource! {
    /// A part of a budget that an agent may spend or hand down to agents below it. The root slice is the whole budget.
    /// Free money is `allocatedAmount` − `delegatedAmount` − `reservedAmount` − `spentAmount`.
    BudgetSlice: budget_slices, key [id], by [created_at desc];
    one budget_slice;
    list budget_slices;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The budget.
        budget_id: Id,
        /// The slice that it was taken from; null for the root.
        parent_id: Option<Id>,
        /// The agent that may spend it; null for the root, which is the budget owner's.
        agent_id: Option<Id>,
        /// Amount that was given to it, in the budget's currency.
        allocated_amount: Decimal,
        /// Amount that was handed down to the slices below it, in the budget's currency.
        delegated_amount: Decimal,
        /// Amount that is reserved, in the budget's currency.
        reserved_amount: Decimal,
        /// Amount that was spent, in the budget's currency; only on a root slice it can exceed the allocated amount.
        spent_amount: Decimal,
        /// Highest of `budgets.alertLevels` that is reached now, in percent; 0 if none.
        alert_level: i32,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The budget.
        budget: Budget by budget_id,
    }
    to_one_or_none {
        /// The slice that it was taken from; null for the root.
        parent: BudgetSlice by parent_id,
        /// The agent that may spend it; null for the root, which is the budget owner's.
        agent: Agent by agent_id,
    }
    to_many {
        /// The slices that were taken from it, oldest first.
        children: BudgetSlice by parent_id [created_at asc],
        /// The reservations of its money, newest first.
        reservations: BudgetReservation by slice_id [created_at desc],
        /// The expenses that were paid from it, newest first.
        transactions: Transaction by budget_slice_id [created_at desc],
        /// The campaigns that it pays for, newest first.
        campaigns: Campaign by budget_slice_id [created_at desc],
    }
}
