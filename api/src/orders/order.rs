//! Orders: what a customer bought at once.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::OrderItem;
use crate::{customers::Customer, finance::Transaction, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Where an order stands.
    OrderStatus {
        /// It was placed.
        Pending,
        /// It was accepted.
        Confirmed,
        /// It is being made or shipped.
        Processing,
        /// It is done.
        Completed,
        /// It was called off.
        Cancelled,
    }
    /// How much of an order was shipped.
    FulfillmentStatus {
        /// Nothing.
        Unfulfilled,
        /// Some of it.
        Partial,
        /// All of it.
        Fulfilled,
        /// It came back and is in stock again.
        Restocked,
    }
    /// How much of an order was paid.
    FinancialStatus {
        /// Nothing yet.
        Pending,
        /// The payment is promised, not taken.
        Authorized,
        /// All of it.
        Paid,
        /// Some of it was paid back.
        PartiallyRefunded,
        /// All of it was paid back.
        Refunded,
        /// The payment was called off before it was taken.
        Voided,
    }
}

resource! {
    /// What a customer bought at once. The total is subtotal − discount + tax + shipping.
    Order: orders, key [id], by [created_at desc];
    one order;
    find order_by_number(order_number);
    list orders;
    columns {
        /// Its key.
        id: Id,
        /// Its id in Shopify; null when it is not known.
        shopify_order_id: Option<String>,
        /// The number that the customer knows; unique.
        order_number: String,
        /// The customer; null when the customer was deleted.
        customer_id: Option<Id>,
        /// Where it stands.
        status: OrderStatus,
        /// What its lines cost before discounts, in its currency.
        subtotal_amount: Decimal,
        /// What is taken off, not negative.
        discount_amount: Decimal,
        /// The tax on it.
        tax_amount: Decimal,
        /// What the shipping costs.
        shipping_amount: Decimal,
        /// What is to be paid.
        total_amount: Decimal,
        /// The ISO 4217 code of its amounts.
        currency: String,
        /// How much of it was shipped.
        fulfillment_status: FulfillmentStatus,
        /// How much of it was paid.
        financial_status: FinancialStatus,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By order number.
        order_number,
        /// By what is to be paid.
        total_amount,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The customer; null when the customer was deleted.
        customer: Customer by customer_id,
    }
    to_many {
        /// Its lines, in the order they were added.
        items: OrderItem by order_id [created_at asc],
        /// The money movements for it, oldest first.
        transactions: Transaction by order_id [created_at asc],
    }
}
