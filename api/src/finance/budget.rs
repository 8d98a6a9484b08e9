//! Budgets: what may be spent.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::BudgetSlice;
use crate::{agents::Agent, read::scalars::Id, resource};

resource! {
    /// Spending limit for one category and month.
    Budget: budgets, key [id], by [created_at desc];
    one budget;
    list budgets;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Name, for display.
        name: String,
        /// Category of the transactions it covers.
        category: String,
        /// Year of the budget.
        fiscal_year: i32,
        /// Month of the budget, 1 to 12.
        fiscal_month: i32,
        /// Amount that may be spent, in `currency`.
        allocated_amount: Decimal,
        /// Amount spent so far on all its slices, in `currency`.
        spent_amount: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// The agent responsible for it; null if none.
        owner_agent_id: Option<Id>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By category.
        category,
        /// By year.
        fiscal_year,
        /// By month.
        fiscal_month,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent responsible for it; null if none.
        owner_agent: Agent by owner_agent_id,
    }
    to_many {
        /// Its slices, oldest first; the first one is the root.
        slices: BudgetSlice by budget_id [created_at asc],
    }
}
