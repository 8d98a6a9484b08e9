//! Orders: what a customer bought at once.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{Fulfillment, OrderItem, OrderReturn, money};
use crate::{
    agents::Agent,
    customers::Customer,
    finance::Transaction,
    payments::{Payment, Refund},
    pricing::DiscountUse,
    read::{rate::Rate, scalars::Id, transitions},
    resource,
    stock::{StockMovement, StockReservation},
    vocabulary,
};

vocabulary! {
    /// Status of an order.
    OrderStatus {
        /// A quote: not placed yet.
        Draft,
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
        /// The goods came back.
        Restocked,
    }
    /// How much of an order was paid.
    FinancialStatus {
        /// Nothing was paid yet.
        Pending,
        /// The payment is authorized, but not collected.
        Authorized,
        /// A part was paid.
        PartiallyPaid,
        /// Fully paid.
        Paid,
        /// A part was refunded.
        PartiallyRefunded,
        /// Fully refunded.
        Refunded,
        /// Nothing was paid: the order or all its payments were cancelled.
        Voided,
    }
}

resource! {
    /// An order placed by a customer, or a quote for one. Total = subtotal − discount + tax + shipping.
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
        /// The customer; null if unknown or deleted.
        customer_id: Option<Id>,
        /// The agent that placed it for the customer; null if none did.
        placed_by_agent_id: Option<Id>,
        /// Where it comes from; any name, such as api, agent, shopify, import or phone.
        source: String,
        /// Email address for this order, in lower case; null if none was given.
        email: Option<String>,
        /// Address to ship to, as a JSON object; null if none was given.
        shipping_address: Option<Json>,
        /// Address to bill, as a JSON object; null if none was given.
        billing_address: Option<Json>,
        /// Notes; null if none.
        note: Option<String>,
        /// Free-form tags.
        tags: Vec<String>,
        /// Current status.
        status: OrderStatus,
        /// Price of its items before discounts, in `currency`.
        subtotal_amount: Decimal,
        /// Discount to subtract, in `currency`; never negative.
        discount_amount: Decimal,
        /// Codes of discounts, as they were entered.
        discount_codes: Vec<String>,
        /// Whether the prices contain the tax. Then `taxAmount` is 0.
        tax_included: bool,
        /// Tax on top of the prices, shipping's too, in `currency`.
        tax_amount: Decimal,
        /// Tax contained in the prices, in `currency`.
        included_tax_amount: Decimal,
        /// Code of the shipping method; null if none was chosen.
        shipping_method: Option<String>,
        /// Shipping cost, in `currency`.
        shipping_amount: Decimal,
        /// Tax on shipping, a part of the tax, in `currency`.
        shipping_tax_amount: Decimal,
        /// Total to pay, in `currency`.
        total_amount: Decimal,
        /// What was received, in `currency`.
        captured_amount: Decimal,
        /// What was paid back or taken back, in `currency`.
        refunded_amount: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// Units of the shop's currency for one unit of `currency`, as of the day it was placed.
        exchange_rate_e10: Rate,
        /// What the order counts for its customer: the total less refunds, in the shop's currency.
        report_amount: Decimal,
        /// How much of the order was shipped.
        fulfillment_status: FulfillmentStatus,
        /// How much of the order was paid.
        financial_status: FinancialStatus,
        /// Until when it keeps its stock while it is neither confirmed nor paid; null for no limit.
        hold_expires_at: Option<DateTime<Utc>>,
        /// Until when the prices of a quote hold; null for no limit.
        valid_until: Option<DateTime<Utc>>,
        /// When it was placed; null for a quote.
        placed_at: Option<DateTime<Utc>>,
        /// When it was confirmed; null before that.
        confirmed_at: Option<DateTime<Utc>>,
        /// When it was completed; null before that.
        completed_at: Option<DateTime<Utc>>,
        /// When it was cancelled; null if it was not.
        cancelled_at: Option<DateTime<Utc>>,
        /// Why it was cancelled; any name, such as expired. Null if not cancelled, or without a reason.
        cancel_reason: Option<String>,
        /// When the connected shop last changed it; null if it never did.
        source_updated_at: Option<DateTime<Utc>>,
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
        /// The customer; null if unknown or deleted.
        customer: Customer by customer_id,
        /// The agent that placed it for the customer; null if none did.
        placed_by_agent: Agent by placed_by_agent_id,
    }
    to_many {
        /// Its items, in the order they were added.
        items: OrderItem by order_id [created_at asc],
        /// Its transactions, oldest first.
        transactions: Transaction by order_id [created_at asc],
        /// Its payments, oldest first.
        payments: Payment by order_id [created_at asc],
        /// Its refunds, oldest first.
        refunds: Refund by order_id [created_at asc],
        /// Its parcels, oldest first.
        fulfillments: Fulfillment by order_id [created_at asc],
        /// Its returns, oldest first.
        returns: OrderReturn by order_id [created_at asc],
        /// The discounts it uses, in the order they were applied.
        discount_uses: DiscountUse by order_id [created_at asc],
        /// The reservations of stock for it, oldest first.
        stock_reservations: StockReservation by order_id [created_at asc],
        /// The movements of stock that it caused, oldest first.
        stock_movements: StockMovement by order_id [created_at asc],
    }
    computed {
        /// Statuses the order can change to from its current one.
        allowed_transitions: Vec<OrderStatus> = transitions::allowed [status];
        /// What payment providers promised and did not transfer yet, in `currency`.
        authorized_amount: Decimal = money::authorized [id];
        /// What can still be paid back, in `currency`: what was received, less what went back and what is asked to.
        refundable_amount: Decimal = money::refundable [id];
        /// What is still to be paid, in `currency`. A refund does not ask for the money again.
        outstanding_amount: Decimal = money::outstanding [total_amount, captured_amount, refunded_amount];
    }
}
