//! Orders: what a customer bought at once.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::OrderItem;
use crate::{customers::Customer, finance::Transaction, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Status of an order.
    OrderStatus {
        /// Placed, not confirmed yet.
        Pending,
        /// Accepted by the shop.
        Confirmed,
        /// Being produced or shipped.
        Processing,
        /// Finished.
        Completed,
        /// Cancelled; left out of the customer's totals.
        Cancelled,
    }
    /// How much of an order was shipped.
    FulfillmentStatus {
        /// Nothing was shipped yet.
        Unfulfilled,
        /// A part was shipped.
        Partial,
        /// Everything was shipped.
        Fulfilled,
        /// The goods came back and are in stock again.
        Restocked,
    }
    /// How much of an order was paid.
    FinancialStatus {
        /// Nothing was paid yet.
        Pending,
        /// The payment is authorized, but not collected.
        Authorized,
        /// Fully paid.
        Paid,
        /// A part was refunded.
        PartiallyRefunded,
        /// Fully refunded.
        Refunded,
        /// The payment was cancelled before it was collected.
        Voided,
    }
}

resource! {
    /// An order placed by a customer. Total = subtotal − discount + tax + shipping.
    Order: orders, key [id], by [created_at desc];
    one order;
    find order_by_number(order_number);
    list orders;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Shopify id; null if unknown.
        shopify_order_id: Option<String>,
        /// Order number that the customer knows; unique.
        order_number: String,
        /// The customer; null if deleted.
        customer_id: Option<Id>,
        /// Current status.
        status: OrderStatus,
        /// Price of its items before discounts, in `currency`.
        subtotal_amount: Decimal,
        /// Discount to subtract, in `currency`; never negative.
        discount_amount: Decimal,
        /// Tax, in `currency`.
        tax_amount: Decimal,
        /// Shipping cost, in `currency`.
        shipping_amount: Decimal,
        /// Total to pay, in `currency`.
        total_amount: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// How much of the order was shipped.
        fulfillment_status: FulfillmentStatus,
        /// How much of the order was paid.
        financial_status: FinancialStatus,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By order number.
        order_number,
        /// By total to pay.
        total_amount,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The customer; null if deleted.
        customer: Customer by customer_id,
    }
    to_many {
        /// Its items, in the order they were added.
        items: OrderItem by order_id [created_at asc],
        /// Its transactions, oldest first.
        transactions: Transaction by order_id [created_at asc],
    }
}
