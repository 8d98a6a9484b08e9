//! Recording transactions.

use crate::{
    finance::{Transaction, TransactionType},
    mutation::prelude::*,
};

verbs! {
    /// Records a transaction in the books. An expense counts on its campaign and on a budget: on the slice that is
    /// named, which must have the money (BUDGET_EXCEEDED), otherwise on the root slice of the budget of its category
    /// and month, if there is one. Agents must name a slice for an expense, and record neither refunds nor adjustments.
    /// Money of orders is booked with their payments.
    record_transaction = perform(service::finance::record::Record) {
        /// Direction of the money.
        r#type: TransactionType,
        /// What it is for; any name. At most 100 characters.
        category: String,
        /// Amount, above 0; adjustments may be negative, but not 0.
        amount: Decimal,
        /// ISO 4217 currency code of the amount. Default: the currency of the shop. Another currency needs an exchange
        /// rate of the date or before.
        currency: Option<String>,
        /// Date it is booked on. The call is refused (CLOSED_PERIOD) if the books of that day are closed. Default:
        /// today.
        date: Option<Date>,
        /// Description. At most 10000 characters.
        description: Option<String>,
        /// The order it is for; not for revenue and refunds.
        order_id: Option<Id>,
        /// The customer.
        customer_id: Option<Id>,
        /// The agent that caused it. Default: the agent of the API key.
        agent_id: Option<Id>,
        /// The campaign it is for.
        campaign_id: Option<Id>,
        /// The slice of a budget that pays an expense. Category and date must be those of the budget.
        budget_slice_id: Option<Id>,
        /// Your own id of the transaction; unique. At most 255 characters.
        external_id: Option<String>,
        /// The approval of an expense above the agent's limit (configuration `authority`). It must be about the budget.
        approval_id: Option<Id>,
    } -> transaction: Transaction;
}
