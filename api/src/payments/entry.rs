//! Entries: the ledger of the payments.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{Payment, Refund};
use crate::{finance::Transaction, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// What an entry of the payment ledger records.
    PaymentEntryKind {
        /// The provider promised the money.
        Authorized,
        /// The promise ended, in whole or in part.
        Voided,
        /// The shop asked for the money.
        CaptureRequested,
        /// Money was received.
        Captured,
        /// The request for the money failed, in whole or in part.
        CaptureFailed,
        /// The shop asked to pay money back.
        RefundRequested,
        /// Money was paid back.
        Refunded,
        /// The request to pay it back failed.
        RefundFailed,
        /// The request to pay it back was withdrawn.
        RefundCancelled,
        /// Money that was paid back returned, because it did not reach the customer.
        RefundReversed,
        /// The customer's bank took money back.
        ChargedBack,
        /// The shop got that money back.
        ChargebackReversed,
        /// The provider charged a fee.
        Fee,
        /// The payment failed.
        Failed,
    }
}

resource! {
    /// An entry of the payment ledger: a fact, or a request. Entries are never changed or deleted.
    PaymentEntry: payment_entries, key [id], by [created_at desc];
    one payment_entry;
    list payment_entries;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The payment.
        payment_id: Id,
        /// What it records.
        kind: PaymentEntryKind,
        /// Amount, in `currency`; 0 only for a failed payment.
        amount: Decimal,
        /// ISO 4217 currency code of the amount.
        currency: String,
        /// The request that it answers; null if none.
        request_id: Option<Id>,
        /// The refund that it belongs to; null if none.
        refund_id: Option<Id>,
        /// Id of the event at the provider; null if none.
        provider_event_id: Option<String>,
        /// Unique key of the effect, so that the same effect is not recorded twice.
        effect_key: String,
        /// Who recorded it: the principal's name, as in the audit log.
        principal: String,
        /// When it happened.
        occurred_at: DateTime<Utc>,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The payment.
        payment: Payment by payment_id,
    }
    to_one_or_none {
        /// The request that it answers; null if none.
        request: PaymentEntry by request_id,
        /// The refund that it belongs to; null if none.
        refund: Refund by refund_id,
    }
    to_many {
        /// The answers to this request, oldest first.
        answers: PaymentEntry by request_id [created_at asc],
        /// Its transaction in the books, if there is one.
        transactions: Transaction by payment_entry_id [created_at asc],
    }
}
