//! Creating a budget.

use crate::{finance::Budget, mutation::prelude::*};

verbs! {
    /// Creates the budget of a category and month, with its root slice. Expenses of that category and month that are
    /// booked already count on it.
    create_budget = perform(service::finance::budget::create::Create) {
        /// Name, for display. At most 255 characters.
        name: String,
        /// Category of the expenses that it covers; any name. At most 100 characters.
        category: String,
        /// Year, 1 to 9998.
        year: i32,
        /// Month, 1 to 12.
        month: i32,
        /// Amount that may be spent, in `currency`.
        amount: Decimal,
        /// ISO 4217 currency code. Default: the currency of the shop. Expenses in other currencies count on a budget in
        /// the currency of the shop only, at the exchange rate of their day.
        currency: Option<String>,
        /// The agent responsible for it, which may use the root slice. Without one, only people and the orchestrator
        /// may.
        owner_agent_id: Option<Id>,
    } -> budget: Budget;
}
