//! Customers.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{CustomerInteraction, CustomerSegmentMember};
use crate::{finance::Transaction, marketing::EmailSubscriber, orders::Order, read::scalars::Id, resource};

resource! {
    /// Someone who buys or may buy. The totals always equal what the orders say.
    Customer: customers, key [id], by [created_at desc];
    one customer;
    find customer_by_email(email, lower_case);
    list customers;
    columns {
        /// Its key.
        id: Id,
        /// The id in Shopify; null when it is not known.
        shopify_customer_id: Option<String>,
        /// The e-mail address, in lower case; unique.
        email: String,
        /// The first name; null when it is not known.
        first_name: Option<String>,
        /// The last name; null when it is not known.
        last_name: Option<String>,
        /// The company bought for; null for none.
        company: Option<String>,
        /// The telephone number, as it was given; null when it is not known.
        phone: Option<String>,
        /// The tags.
        tags: Vec<String>,
        /// What all orders that were not cancelled come to, in the currency.
        total_spent: Decimal,
        /// How many orders were not cancelled.
        orders_count: i32,
        /// What such an order comes to on average; null without one.
        average_order_value: Option<Decimal>,
        /// The ISO 4217 code of the totals.
        currency: String,
        /// When the last such order was placed; null without one.
        last_order_date: Option<DateTime<Utc>>,
        /// Whether advertising may be sent.
        accepts_marketing: bool,
        /// Whether this is one of the most valued customers.
        vip_status: bool,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By e-mail address.
        email,
        /// By last name.
        last_name,
        /// By what was spent.
        total_spent,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// What was bought, newest first.
        orders: Order by customer_id [created_at desc],
        /// The segments belonged to, longest first.
        segment_memberships: CustomerSegmentMember by customer_id [assigned_at asc],
        /// What was said, newest first.
        interactions: CustomerInteraction by customer_id [created_at desc],
        /// The lists subscribed to, latest first.
        email_subscribers: EmailSubscriber by customer_id [subscribed_at desc],
        /// The money movements, newest first.
        transactions: Transaction by customer_id [created_at desc],
    }
}
