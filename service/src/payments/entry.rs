//! An entry of the ledger: something that was asked for, or that happened. It is written once and never changed.

use chrono::{DateTime, Utc};
use entity::{payment_entries, sea_orm_active_enums::PaymentEntryKind};
use rust_decimal::Decimal;
use sea_orm::ActiveEnum;
use uuid::Uuid;

use crate::database::{Column, columns};

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// Its id.
    pub(crate) id: Uuid,
    /// The payment.
    pub(crate) payment_id: Uuid,
    /// What it is.
    pub(crate) kind: PaymentEntryKind,
    /// How much; 0 of a failed payment.
    pub(crate) amount: Decimal,
    /// In which currency.
    pub(crate) currency: String,
    /// The request whose outcome it is.
    pub(crate) request_id: Option<Uuid>,
    /// The refund that it belongs to.
    pub(crate) refund_id: Option<Uuid>,
    /// The provider's id of what it told.
    pub(crate) provider_event_id: Option<String>,
    /// Names the effect once for all time.
    pub(crate) effect_key: String,
    /// When it happened.
    pub(crate) occurred_at: DateTime<Utc>,
}

/// The columns of an entry.
pub(crate) fn columns() -> Vec<Column<Entry>> {
    columns!(Entry:
        id,
        payment_id,
        kind,
        amount,
        currency,
        request_id,
        refund_id,
        provider_event_id,
        effect_key,
        occurred_at,
    )
    .into()
}

impl From<payment_entries::Model> for Entry {
    fn from(row: payment_entries::Model) -> Self {
        Self {
            id: row.id,
            payment_id: row.payment_id,
            kind: row.kind,
            amount: row.amount,
            currency: row.currency,
            request_id: row.request_id,
            refund_id: row.refund_id,
            provider_event_id: row.provider_event_id,
            effect_key: row.effect_key,
            occurred_at: row.occurred_at.to_utc(),
        }
    }
}

/// What an entry is about, where its payment says the rest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewEntry {
    /// What it is.
    pub(crate) kind: PaymentEntryKind,
    /// How much.
    pub(crate) amount: Decimal,
    /// The request whose outcome it is.
    pub(crate) request: Option<Uuid>,
    /// The refund that it belongs to.
    pub(crate) refund: Option<Uuid>,
    /// The request by which it moved although that was settled before: its effect key names it, so that it counts once.
    pub(crate) late: Option<Uuid>,
    /// An earlier entry that already reported this outcome without naming the request.
    pub(crate) known: Option<Uuid>,
}

impl NewEntry {
    /// An entry that names neither a request nor a refund.
    pub(crate) fn of(kind: PaymentEntryKind, amount: Decimal) -> Self {
        Self { kind, amount, request: None, refund: None, late: None, known: None }
    }

    /// The outcome of a request.
    pub(crate) fn answering(kind: PaymentEntryKind, amount: Decimal, request: &Request) -> Self {
        Self { request: Some(request.id), refund: request.refund, ..Self::of(kind, amount) }
    }

    /// What moved by a request that was settled before.
    pub(crate) fn late(kind: PaymentEntryKind, amount: Decimal, request: &Request) -> Self {
        Self { refund: request.refund, late: Some(request.id), ..Self::of(kind, amount) }
    }

    /// Its effect key, as the entry of this number of a payment.
    pub(crate) fn key(&self, payment: Uuid, number: usize) -> String {
        match (self.request, self.known, self.late) {
            (Some(request), Some(known), _) => format!("{}:{known}", effect(self.kind, request)),
            (Some(request), None, _) => effect(self.kind, request),
            (None, _, Some(late)) => format!("{}{number}", late_prefix(self.kind, late)),
            (None, _, None) => format!("{}:{number}", effect(self.kind, payment)),
        }
    }
}

impl Entry {
    /// Whether it tells that a request had an outcome of a kind, in time or late.
    pub(crate) fn is_outcome(&self, kind: PaymentEntryKind, request: Uuid) -> bool {
        let is_late = || self.effect_key.starts_with(&late_prefix(kind, request));
        self.kind == kind && (self.request_id == Some(request) || is_late())
    }

    /// Whether it was reported without naming a request.
    pub(crate) fn is_unnamed(&self) -> bool {
        self.request_id.is_none() && self.effect_key.starts_with(&late_prefix(self.kind, self.payment_id))
    }

    /// Whether it settles its request by another entry that already reported the outcome.
    pub(crate) fn knows(&self, other: Uuid) -> bool {
        let names_another = self.request_id.is_some_and(|request| request != other);
        names_another && self.effect_key.ends_with(&format!(":{other}"))
    }
}

/// How the effect keys begin of what moved by a request that was settled before.
fn late_prefix(kind: PaymentEntryKind, request: Uuid) -> String {
    format!("{}:", effect(kind, request))
}

fn effect(kind: PaymentEntryKind, of: Uuid) -> String {
    format!("{}:{of}", kind.to_value().value)
}

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    /// Its entry.
    pub(crate) id: Uuid,
    /// What was asked for.
    pub(crate) kind: PaymentEntryKind,
    /// How much was asked for.
    pub(crate) amount: Decimal,
    /// How much of it is open.
    pub(crate) open: Decimal,
    /// The refund that it belongs to.
    pub(crate) refund: Option<Uuid>,
    /// Its effect key, which its follow-up has too.
    pub(crate) key: String,
}
