//! Reservations of money: what is promised before it is spent.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::BudgetSlice;
use crate::{
    marketing::Campaign,
    read::{scalars::Id, transitions},
    resource, vocabulary,
    work::Task,
};

vocabulary! {
    /// Status of a reservation of money.
    BudgetReservationStatus {
        /// The money is reserved.
        Held,
        /// The money was spent; what was left of it is free again.
        Committed,
        /// No longer reserved: it was released, or its task ended.
        Released,
        /// No longer reserved: its time was over.
        Expired,
    }
}

resource! {
    /// Money of a budget slice that is reserved before it is spent.
    BudgetReservation: budget_reservations, key [id], by [created_at desc];
    one budget_reservation;
    list budget_reservations;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The slice.
        slice_id: Id,
        /// Reserved amount, in the budget's currency.
        amount: Decimal,
        /// How much of that was spent, in the budget's currency.
        spent_amount: Decimal,
        /// Current status.
        status: BudgetReservationStatus,
        /// What it is for, for people.
        purpose: String,
        /// The task it is for; null if none or deleted.
        task_id: Option<Id>,
        /// The campaign it is for; null if none or deleted.
        campaign_id: Option<Id>,
        /// Unique key of the effect, so that the same is not reserved twice; null if none.
        effect_key: Option<String>,
        /// When it expires; null if it lasts until its task ends.
        expires_at: Option<DateTime<Utc>>,
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
        /// The slice.
        slice: BudgetSlice by slice_id,
    }
    to_one_or_none {
        /// The task it is for; null if none or deleted.
        task: Task by task_id,
        /// The campaign it is for; null if none or deleted.
        campaign: Campaign by campaign_id,
    }
    to_many {}
    computed {
        /// Statuses the reservation can change to from its current one.
        allowed_transitions: Vec<BudgetReservationStatus> = transitions::allowed [status];
    }
}
