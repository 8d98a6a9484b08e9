//! A payment with its entries, some of which are new.

use chrono::{DateTime, Utc};
use entity::{
    payments,
    sea_orm_active_enums::{EventAggregate, PaymentEntryKind, PaymentStatus},
};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    UnitOfWork,
    access::Operation,
    edit,
    events::{Event, EventKind},
    payments::{
        entry::{Entry, NewEntry},
        ledger::{Sums, status_after},
    },
};

/// When something happened, and by which event its provider told of it.
#[derive(Clone, Debug)]
pub(crate) struct News {
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// The provider's id of the event.
    pub(crate) event: Option<String>,
}

impl News {
    /// Something that the shop did by itself.
    pub(crate) fn own(at: DateTime<Utc>) -> Self {
        Self { at, event: None }
    }
}

/// A payment with its entries.
#[derive(Debug)]
pub(crate) struct Payment {
    /// Its row, as it is to be.
    pub(crate) row: payments::Model,
    entries: Vec<Entry>,
    sums: Sums,
    /// The row in the database, or in the unit's batch.
    pub(super) stored: Option<payments::Model>,
    /// How many of the entries are there.
    stored_entries: usize,
    /// The row as it was told last.
    told: Option<payments::Model>,
    /// What happened, to be told.
    pub(super) events: Vec<Event>,
}

impl Payment {
    /// A payment as the database has it, its entries in the order in which they were made.
    pub(super) fn stored(row: payments::Model, entries: Vec<Entry>) -> Self {
        let (told, stored) = (Some(row.clone()), Some(row.clone()));
        let (sums, stored_entries) = (Sums::of(&entries), entries.len());
        Self { row, entries, sums, stored, stored_entries, told, events: Vec::new() }
    }

    /// A new payment.
    pub(crate) fn new(mut row: payments::Model) -> Self {
        row.version = 0;
        let (entries, sums, events) = (Vec::new(), Sums::default(), Vec::new());
        let mut payment = Self { row, entries, sums, stored: None, stored_entries: 0, told: None, events };
        payment.tell(EventKind::PaymentCreated);
        payment
    }

    /// All its entries, the oldest first.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Its sums.
    pub(crate) fn sums(&self) -> Sums {
        self.sums
    }

    /// How many entries of a kind it has, of a refund if one is given.
    pub(crate) fn count(&self, kind: PaymentEntryKind, refund: Option<Uuid>) -> usize {
        let counts = |entry: &&Entry| entry.kind == kind && (refund.is_none() || entry.refund_id == refund);
        self.entries.iter().filter(counts).count()
    }

    /// Whether the provider told by this event of such an entry before.
    pub(crate) fn knows(&self, event: &str, kind: PaymentEntryKind) -> bool {
        self.entries.iter().any(|entry| entry.kind == kind && entry.provider_event_id.as_deref() == Some(event))
    }

    /// The refunds of entries that are to be written.
    pub(crate) fn new_refunds(&self) -> impl Iterator<Item = Uuid> {
        self.new_entries().iter().filter_map(|entry| entry.refund_id)
    }

    /// Enters something that was asked for, under the key that its follow-up has.
    pub(crate) fn request(&mut self, new: NewEntry, key: String, at: DateTime<Utc>) -> Uuid {
        self.push(new, key, News::own(at))
    }

    /// Enters something that happened.
    pub(crate) fn enter(&mut self, new: NewEntry, news: News) -> Uuid {
        let key = new.key(self.row.id, self.entries.len() + 1);
        self.push(new, key, news)
    }

    /// Ends a payment of which nothing was authorized: there is no amount to enter.
    pub(crate) fn end(&mut self) {
        self.row.status = PaymentStatus::Voided;
        self.tell(EventKind::PaymentVoided);
    }

    /// Flags it as disputed, or no longer; whether that changes it.
    pub(crate) fn dispute(&mut self, is_disputed: bool) -> bool {
        let changes = self.row.is_disputed != is_disputed;
        if changes {
            self.row.is_disputed = is_disputed;
            self.tell(if is_disputed { EventKind::PaymentDisputed } else { EventKind::PaymentDisputeClosed });
        }
        changes
    }

    /// Tells that the end of an authorization was asked for.
    pub(crate) fn ask_to_void(&mut self) {
        self.tell(EventKind::PaymentVoidRequested);
    }

    /// Writes down what a verb has changed of it: before the payment is written.
    pub(crate) fn record(&self, unit: &mut UnitOfWork, operation: Operation) {
        let (before, after) = (self.stored.as_ref(), &self.row);
        let was = before.map(|before| edit::changes(Some(after), before));
        unit.record(operation, "Payment", after.id, was, edit::changes(before, after));
    }

    /// The key of the request that one of `new` entries settles, if it was made before them: it has a follow-up then.
    pub(super) fn settled_by(&self, entry: &Entry, new: &[Entry]) -> Option<String> {
        use PaymentEntryKind::{ChargebackReversed, RefundReversed};
        let is_reversal = matches!(entry.kind, RefundReversed | ChargebackReversed);
        let request = entry.request_id.filter(|id| !is_reversal && !new.iter().any(|other| other.id == *id))?;
        self.entries.iter().find(|other| other.id == request).map(|other| other.effect_key.clone())
    }

    /// Notes that the entries were written; those that were new are handed back for the books.
    pub(super) fn take_new(&mut self) -> Vec<Entry> {
        let new = self.new_entries().to_vec();
        self.stored_entries = self.entries.len();
        new
    }

    /// The entries that are to be written.
    pub(super) fn new_entries(&self) -> &[Entry] {
        self.entries.get(self.stored_entries..).unwrap_or_default()
    }

    fn push(&mut self, new: NewEntry, effect_key: String, news: News) -> Uuid {
        let NewEntry { kind, amount, request, refund, .. } = new;
        let id = Uuid::now_v7();
        let entry = Entry {
            id,
            payment_id: self.row.id,
            kind,
            amount,
            currency: self.row.currency.clone(),
            request_id: request,
            refund_id: refund,
            provider_event_id: news.event,
            effect_key,
            occurred_at: news.at,
        };
        let sums = self.sums.with(&entry);
        self.entries.push(entry);
        self.sums = sums;
        sums.apply(&mut self.row);
        self.row.status = status_after(self.row.status, kind, &sums);
        match kind {
            PaymentEntryKind::ChargedBack => self.row.is_disputed = true,
            PaymentEntryKind::ChargebackReversed => self.row.is_disputed = sums.charged_back > Decimal::ZERO,
            _ => {}
        }
        if let Some(event) = event_of(kind) {
            self.tell(event);
        }
        id
    }

    /// Each event is a version of the payment.
    fn tell(&mut self, kind: EventKind) {
        self.row.version += 1;
        let mut changes: Map<String, Json> = edit::changes(self.told.as_ref(), &self.row);
        changes.insert("orderId".to_owned(), self.row.order_id.to_string().into());
        self.events.push(Event {
            kind,
            aggregate_type: EventAggregate::Payment,
            aggregate_id: self.row.id,
            aggregate_version: self.row.version,
            agent_id: None,
            execution_id: None,
            changes,
        });
        self.told = Some(self.row.clone());
    }
}

/// How an entry is told. What concerns a refund is told of the refund.
fn event_of(kind: PaymentEntryKind) -> Option<EventKind> {
    use PaymentEntryKind::*;
    match kind {
        Authorized => Some(EventKind::PaymentAuthorized),
        Voided => Some(EventKind::PaymentVoided),
        CaptureRequested => Some(EventKind::PaymentCaptureRequested),
        Captured => Some(EventKind::PaymentCaptured),
        CaptureFailed => Some(EventKind::PaymentCaptureFailed),
        Refunded => Some(EventKind::PaymentRefunded),
        ChargedBack => Some(EventKind::PaymentChargedBack),
        ChargebackReversed => Some(EventKind::PaymentChargebackReversed),
        Fee => Some(EventKind::PaymentFeeCharged),
        Failed => Some(EventKind::PaymentFailed),
        RefundRequested | RefundFailed | RefundCancelled | RefundReversed => None,
    }
}
