//! Transactions: the movements of money.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{BudgetSlice, RevenueAttribution};
use crate::{
    agents::Agent,
    customers::Customer,
    marketing::Campaign,
    orders::Order,
    payments::PaymentEntry,
    read::scalars::{Date, Id},
    resource, vocabulary,
};

vocabulary! {
    /// Direction of a movement of money.
    TransactionType {
        /// Money in, for something sold.
        Revenue,
        /// Money out, for something bought.
        Expense,
        /// Money back to a customer.
        Refund,
        /// Correction of the books, in either direction.
        Adjustment,
    }
}

resource! {
    /// A movement of money. Transactions are never changed or deleted.
    Transaction: transactions, key [id], by [created_at desc];
    one transaction;
    list transactions;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Direction of the money.
        r#type: TransactionType,
        /// What it was for; any name.
        category: String,
        /// Amount, in `currency`; positive, except that adjustments may be negative.
        amount: Decimal,
        /// ISO 4217 currency code of the amount.
        currency: String,
        /// The amount in the shop's currency; null if `currency` is the shop's.
        report_amount: Option<Decimal>,
        /// Further description; null if none.
        description: Option<String>,
        /// The order it was for; null if none.
        order_id: Option<Id>,
        /// The customer; null if none or deleted.
        customer_id: Option<Id>,
        /// The agent that caused it; null if none.
        agent_id: Option<Id>,
        /// The campaign it was for; null if none.
        campaign_id: Option<Id>,
        /// The entry of the payment ledger that it books; null if none.
        payment_entry_id: Option<Id>,
        /// The transaction that it reverses; null if none.
        reverses_id: Option<Id>,
        /// The budget slice that it was paid from; null if none.
        budget_slice_id: Option<Id>,
        /// How it was paid; null if unknown.
        payment_method: Option<String>,
        /// Id at the payment provider, or your own id; unique; null if none.
        external_id: Option<String>,
        /// Date it is booked on.
        transaction_date: Date,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By booking date.
        transaction_date,
        /// By amount.
        amount,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The order it was for; null if none.
        order: Order by order_id,
        /// The customer; null if none or deleted.
        customer: Customer by customer_id,
        /// The agent that caused it; null if none.
        agent: Agent by agent_id,
        /// The campaign it was for; null if none.
        campaign: Campaign by campaign_id,
        /// The entry of the payment ledger that it books; null if none.
        payment_entry: PaymentEntry by payment_entry_id,
        /// The transaction that it reverses; null if none.
        reverses: Transaction by reverses_id,
        /// The budget slice that it was paid from; null if none.
        budget_slice: BudgetSlice by budget_slice_id,
    }
    to_many {
        /// How it is credited to agents, oldest first.
        revenue_attributions: RevenueAttribution by transaction_id [created_at asc],
        /// The transaction that reverses it, if there is one.
        reversals: Transaction by reverses_id [created_at asc],
    }
}
