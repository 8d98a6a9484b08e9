//! Customers.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    CustomerInteraction, CustomerSegmentMember, Touchpoint,
    score::{self, CustomerScore},
    value::{self, CustomerValue},
};
use crate::{
    finance::Transaction,
    marketing::{CampaignRecipient, EmailSubscriber},
    orders::Order,
    pricing::DiscountUse,
    read::scalars::Id,
    resource,
};

resource! {
    /// A current or potential customer. The totals always match the orders.
    Customer: customers, key [id], by [created_at desc];
    one customer;
    find customer_by_email(email, lower_case);
    list customers;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Shopify id; null if unknown.
        shopify_customer_id: Option<String>,
        /// Email address in lower case; unique. `erased-ID@invalid` if the personal data was erased.
        email: String,
        /// First name; null if unknown.
        first_name: Option<String>,
        /// Last name; null if unknown.
        last_name: Option<String>,
        /// Company the customer buys for; null if none.
        company: Option<String>,
        /// Phone number, as it was entered; null if unknown.
        phone: Option<String>,
        /// Free-form tags.
        tags: Vec<String>,
        /// Note about the customer; null if none.
        note: Option<String>,
        /// Total of the customer's orders, less what was paid back, in `currency`. Quotes and cancelled, voided and
        /// fully refunded orders do not count.
        total_spent: Decimal,
        /// Number of the orders that count in `totalSpent`.
        orders_count: i32,
        /// Average of these orders; null if there are none.
        average_order_value: Option<Decimal>,
        /// ISO 4217 currency code of the totals.
        currency: String,
        /// When the last of these orders was placed; null if there is none.
        last_order_date: Option<DateTime<Utc>>,
        /// Whether the customer accepts marketing emails: the latest consent of the email address is GRANTED.
        accepts_marketing: bool,
        /// Whether the customer has spent more than the configuration `customers.vipThreshold`.
        vip_status: bool,
        /// When the personal data was erased; null if it was not.
        erased_at: Option<DateTime<Utc>>,
        /// When the customer last changed in the shop that the data comes from; null if unknown.
        source_updated_at: Option<DateTime<Utc>>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By email address.
        email,
        /// By last name.
        last_name,
        /// By total spent.
        total_spent,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// The customer's orders, newest first.
        orders: Order by customer_id [created_at desc],
        /// The customer's segments, longest membership first.
        segment_memberships: CustomerSegmentMember by customer_id [assigned_at asc],
        /// Interactions with the customer, newest first.
        interactions: CustomerInteraction by customer_id [created_at desc],
        /// The customer's email list subscriptions, latest first.
        email_subscribers: EmailSubscriber by customer_id [subscribed_at desc],
        /// The messages of campaigns to the customer, newest first.
        campaign_recipients: CampaignRecipient by customer_id [created_at desc],
        /// When the customer met an agent or a campaign, latest first.
        touchpoints: Touchpoint by customer_id [occurred_at desc],
        /// The customer's transactions, newest first.
        transactions: Transaction by customer_id [created_at desc],
        /// The discounts that the customer's orders use, newest first.
        discount_uses: DiscountUse by customer_id [created_at desc],
    }
    computed {
        /// What the customer is worth, by the books.
        value: CustomerValue = value::value [id];
        /// How the customer compares with all others who have placed an order; null without one. Reads all orders.
        score: Option<CustomerScore> = score::score [id];
    }
}
