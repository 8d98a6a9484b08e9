//! Budgets: what may be spent.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::{agents::Agent, read::scalars::Id, resource};

resource! {
    /// What may be spent on a category in a month.
    Budget: budgets, key [id], by [created_at desc];
    one budget;
    list budgets;
    columns {
        /// Its key.
        id: Id,
        /// What it is called.
        name: String,
        /// The category of transactions that it is for.
        category: String,
        /// The year.
        fiscal_year: i32,
        /// The month, 1 to 12.
        fiscal_month: i32,
        /// What may be spent, in its currency.
        allocated_amount: Decimal,
        /// What was spent, in its currency.
        spent_amount: Decimal,
        /// The ISO 4217 code of its amounts.
        currency: String,
        /// The agent who answers for it; null for nobody.
        owner_agent_id: Option<Id>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
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
        /// By the time it was made.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent who answers for it; null for nobody.
        owner_agent: Agent by owner_agent_id,
    }
    to_many {}
}
