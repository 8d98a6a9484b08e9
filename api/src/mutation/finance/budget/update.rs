//! Changing a budget.

use crate::{finance::Budget, mutation::prelude::*};

verbs! {
    /// Updates a budget. Fields that are left out stay as they are.
    update_budget = perform(service::finance::budget::update::Update) on budget {
        /// Name, for display. At most 255 characters.
        name: Option<String>,
        /// Amount that may be spent: at least what the root slice has handed down, reserved and spent.
        amount: Option<Decimal>,
        /// The agent responsible for it. Null for none.
        owner_agent_id: MaybeUndefined<Id>,
    } -> budget: Budget;
}
