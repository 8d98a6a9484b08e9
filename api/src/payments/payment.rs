//! Payments: attempts to get money for an order.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::PaymentEntry;
use crate::{
    orders::Order,
    read::{scalars::Id, transitions},
    resource, vocabulary,
};

vocabulary! {
    /// Status of a payment.
    PaymentStatus {
        /// Nothing was authorized or captured yet.
        Pending,
        /// The provider promised the money.
        Authorized,
        /// Money was received, all of it or a part.
        Captured,
        /// Cancelled before any money was received.
        Voided,
        /// The provider refused it; a later attempt can still succeed.
        Failed,
    }
}

resource! {
    /// An attempt to get money for an order. Its amounts are sums of its entries.
    Payment: payments, key [id], by [created_at desc];
    one payment;
    list payments;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The order it pays for.
        order_id: Id,
        /// Who moves the money; any name, such as stripe, shopify, manual, bank_transfer or import.
        provider: String,
        /// Id at the provider; unique for each provider. Null if unknown.
        provider_reference: Option<String>,
        /// How it is paid, such as card; null if unknown.
        method: Option<String>,
        /// Amount to pay, in `currency`.
        amount: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// Current status.
        status: PaymentStatus,
        /// What the provider promised, less what was voided.
        authorized_amount: Decimal,
        /// What was received.
        captured_amount: Decimal,
        /// What was paid back.
        refunded_amount: Decimal,
        /// What the customer's bank took back.
        charged_back_amount: Decimal,
        /// What was requested to be captured, without an answer so far.
        pending_capture_amount: Decimal,
        /// What was requested to be paid back, without an answer so far.
        pending_refund_amount: Decimal,
        /// Fees of the provider.
        fee_amount: Decimal,
        /// Whether the customer disputes it.
        is_disputed: bool,
        /// Error code of the latest failure, as the provider calls it; null if none.
        error_code: Option<String>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The order it pays for.
        order: Order by order_id,
    }
    to_one_or_none {}
    to_many {
        /// Its entries, oldest first.
        entries: PaymentEntry by payment_id [created_at asc],
    }
    computed {
        /// Statuses the payment can change to from its current one.
        allowed_transitions: Vec<PaymentStatus> = transitions::allowed [status];
    }
}
