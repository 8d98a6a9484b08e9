//! Refunds: what is given back, and for what.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{PaymentEntry, RefundLine};
use crate::{
    agents::Agent,
    orders::{Order, OrderReturn},
    read::{scalars::Id, transitions},
    resource, vocabulary,
};

vocabulary! {
    /// Status of a refund.
    RefundStatus {
        /// Requested; the money is not back yet.
        Pending,
        /// All of it was paid back.
        Succeeded,
        /// Nothing was paid back, or it returned.
        Failed,
        /// Withdrawn before it was paid back.
        Cancelled,
    }
}

resource! {
    /// Money that goes back to a customer: the lines, the shipping, its tax and an adjustment add up to the amount.
    Refund: refunds, key [id], by [created_at desc];
    one refund;
    list refunds;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The order.
        order_id: Id,
        /// The return that it pays for; null if none or deleted.
        return_id: Option<Id>,
        /// Amount to pay back, in `currency`.
        amount: Decimal,
        /// Part for shipping.
        shipping_amount: Decimal,
        /// Part for the tax on top of shipping.
        shipping_tax_amount: Decimal,
        /// What was added out of goodwill, or kept back if negative.
        adjustment_amount: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// Reason, in words; null if none was given.
        reason: Option<String>,
        /// Current status.
        status: RefundStatus,
        /// Where it was made; any name, such as api, agent, return or provider.
        source: String,
        /// The agent that requested it; null if none.
        agent_id: Option<Id>,
        /// Id outside of this system; unique if given.
        external_id: Option<String>,
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
        /// The order.
        order: Order by order_id,
    }
    to_one_or_none {
        /// The return that it pays for; null if none or deleted.
        order_return: OrderReturn by return_id,
        /// The agent that requested it; null if none.
        agent: Agent by agent_id,
    }
    to_many {
        /// The order items it pays for, in the order they were added.
        lines: RefundLine by refund_id [created_at asc],
        /// Its entries in the ledger, oldest first.
        entries: PaymentEntry by refund_id [created_at asc],
    }
    computed {
        /// Statuses the refund can change to from its current one.
        allowed_transitions: Vec<RefundStatus> = transitions::allowed [status];
    }
}
