//! Transactions: the movements of money.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::RevenueAttribution;
use crate::{
    agents::Agent,
    customers::Customer,
    marketing::Campaign,
    orders::Order,
    read::scalars::{Date, Id},
    resource, vocabulary,
};

vocabulary! {
    /// Which way money went.
    TransactionType {
        /// In, for something sold.
        Revenue,
        /// Out, for something bought.
        Expense,
        /// Back to a customer.
        Refund,
        /// Either way, to put the books right.
        Adjustment,
    }
}

resource! {
    /// A movement of money. It is never changed and never deleted.
    Transaction: transactions, key [id], by [created_at desc];
    one transaction;
    list transactions;
    columns {
        /// Its key.
        id: Id,
        /// Which way the money went.
        r#type: TransactionType,
        /// What it was for, an open list.
        category: String,
        /// How much, in the currency: positive, but for adjustments, which may be negative.
        amount: Decimal,
        /// The ISO 4217 code of the amount.
        currency: String,
        /// More about it; null when there is no more.
        description: Option<String>,
        /// The order it was for; null for none.
        order_id: Option<Id>,
        /// The customer; null for none, or when the customer was deleted.
        customer_id: Option<Id>,
        /// The agent who caused it; null for none.
        agent_id: Option<Id>,
        /// The campaign it was for; null for none.
        campaign_id: Option<Id>,
        /// How it was paid; null when it is not known.
        payment_method: Option<String>,
        /// The payment provider's id of it; unique where given.
        external_id: Option<String>,
        /// The day that it counts for.
        transaction_date: Date,
        /// When the row was made.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By the day that it counts for.
        transaction_date,
        /// By amount.
        amount,
        /// By the time it was made.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The order it was for; null for none.
        order: Order by order_id,
        /// The customer; null for none, or when the customer was deleted.
        customer: Customer by customer_id,
        /// The agent who caused it; null for none.
        agent: Agent by agent_id,
        /// The campaign it was for; null for none.
        campaign: Campaign by campaign_id,
    }
    to_many {
        /// Whom it is credited to, oldest first.
        revenue_attributions: RevenueAttribution by transaction_id [created_at asc],
    }
}
