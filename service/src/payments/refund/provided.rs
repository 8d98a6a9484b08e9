//! Refunds that a provider reports by its own id: the request of ours that each belongs to, or a new refund.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{refunds, sea_orm_active_enums::PaymentEntryKind};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{rows, unasked};
use crate::{
    Result, UnitOfWork,
    payments::{
        account::{Account, Payment},
        entry::{Entry, NewEntry, Request},
        ledger,
    },
};

/// How far the clocks of the server and of a provider may differ, in minutes.
const CLOCKS: i64 = 5;

/// A refund as its provider reports it.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    /// Who reports it.
    pub(crate) provider: &'static str,
    /// Its id there.
    pub(crate) id: &'a str,
    /// How much goes back.
    pub(crate) amount: Decimal,
    /// The refund of ours that it names.
    pub(crate) refund: Option<Uuid>,
    /// The idempotency key that it was made with.
    pub(crate) key: Option<&'a str>,
    /// When it was made there.
    pub(crate) made_at: DateTime<Utc>,
}

/// The request for it, of a payment that is locked; none if it was not asked for here. The refund keeps the provider's
/// id.
pub(crate) async fn request(
    unit: &UnitOfWork,
    account: &Account,
    payment: Uuid,
    told: &Told<'_>,
) -> Result<Option<Request>> {
    let payment = account.payments.iter().find(|other| other.row.id == payment);
    let entries = payment.map(Payment::entries).unwrap_or_default();
    let is_refund = |request: &Request| request.kind == PaymentEntryKind::RefundRequested;
    let requests: Vec<Request> = ledger::requests(entries).filter(is_refund).collect();
    if requests.is_empty() {
        return Ok(None);
    }
    let refunds = rows::lock(unit, requests.iter().filter_map(|request| request.refund)).await?;
    let search = Search { told, entries, requests: &requests, refunds: &refunds };
    let Some(found) = search.find() else { return Ok(None) };
    let unnamed = refunds.iter().find(|refund| Some(refund.id) == found.refund && refund.external_id.is_none());
    if let Some(refund) = unnamed {
        rows::set_external_id(unit, refund.id, told.id);
    }
    Ok(Some(found.clone()))
}

/// Adds a refund that was not asked for here, with its request. The caller writes the account.
pub(crate) fn add(unit: &mut UnitOfWork, account: &mut Account, payment: Uuid, told: &Told<'_>) -> Result<Request> {
    let refund = unasked::add(unit, account, told.amount, told.provider, Some(told.id));
    let (kind, key) = (PaymentEntryKind::RefundRequested, format!("refund:{refund}:{payment}:1"));
    let new = NewEntry { refund: Some(refund), ..NewEntry::of(kind, told.amount) };
    let id = account.payment(payment)?.request(new, key.clone(), told.made_at);
    Ok(Request { id, kind, amount: told.amount, open: told.amount, refund: Some(refund), key })
}

/// What went back by a request, by refunds with other ids than this one. Ids of one sort begin alike.
pub(crate) fn by_others(entries: &[Entry], request: Uuid, told: &Told<'_>) -> Decimal {
    let sort = |id: &str| id.split_once('_').map(|(sort, _)| sort.to_owned());
    let is_refund = |id: &str| id != told.id && sort(id) == sort(told.id);
    let is_other = |entry: &&Entry| entry.provider_event_id.as_deref().is_some_and(is_refund);
    let is_of = |entry: &&Entry| entry.is_outcome(PaymentEntryKind::Refunded, request);
    entries.iter().filter(is_of).filter(is_other).map(|entry| entry.amount).sum()
}

/// Looks for the request of a refund.
struct Search<'a> {
    told: &'a Told<'a>,
    entries: &'a [Entry],
    /// The requests for refunds, the oldest first.
    requests: &'a [Request],
    /// The refunds that they belong to.
    refunds: &'a [refunds::Model],
}

impl<'a> Search<'a> {
    /// What names the request comes first, then what fits: an open request of the amount, then one that was reported as
    /// done without the provider's id.
    fn find(&self) -> Option<&'a Request> {
        let has_id = |refund: &refunds::Model| refund.external_id.as_deref() == Some(self.told.id);
        let with_id = self.refunds.iter().find(|refund| has_id(refund)).map(|refund| refund.id);
        with_id
            .and_then(|refund| self.of_refund(refund))
            .or_else(|| self.requests.iter().find(|request| self.told.key == Some(request.key.as_str())))
            .or_else(|| self.told.refund.and_then(|refund| self.of_refund(refund)))
            .or_else(|| self.requests.iter().find(|request| self.was_told_of(request)))
            .or_else(|| self.requests.iter().find(|request| self.is_open(request)))
            .or_else(|| self.requests.iter().find(|request| self.was_reported(request)))
    }

    /// A refund may be asked for several times: the latest request before the provider made it, else the first.
    fn of_refund(&self, refund: Uuid) -> Option<&'a Request> {
        let latest = self.told.made_at + TimeDelta::minutes(CLOCKS);
        let asked_at = |request: &Request| self.entries.iter().find(|entry| entry.id == request.id);
        let is_before = |request: &Request| asked_at(request).is_some_and(|entry| entry.occurred_at <= latest);
        let mut of_it = self.requests.iter().filter(|request| request.refund == Some(refund));
        let first = of_it.clone().next();
        of_it.rfind(|request| is_before(request)).or(first)
    }

    /// Whether an outcome of the request came with the provider's id.
    fn was_told_of(&self, request: &Request) -> bool {
        let has_id = |entry: &Entry| entry.provider_event_id.as_deref() == Some(self.told.id);
        self.entries.iter().any(|entry| entry.request_id == Some(request.id) && has_id(entry))
    }

    /// Whether all of the request is open and of the amount.
    fn is_open(&self, request: &Request) -> bool {
        let fits = request.amount == self.told.amount && request.open == request.amount;
        fits && self.refund(request).is_some_and(|refund| refund.source != self.told.provider)
    }

    /// Whether the amount was reported for the request without a name, and no refund of the provider is known for it.
    fn was_reported(&self, request: &Request) -> bool {
        let is_free = |refund: &refunds::Model| refund.external_id.is_none();
        let is_done = |entry: &Entry| {
            let is_of = entry.request_id == Some(request.id) && entry.kind == PaymentEntryKind::Refunded;
            is_of && entry.amount == self.told.amount && entry.provider_event_id.is_none() && !self.is_reversed(entry)
        };
        self.refund(request).is_some_and(is_free) && self.entries.iter().any(is_done)
    }

    fn is_reversed(&self, entry: &Entry) -> bool {
        ledger::is_answered(self.entries, entry.id, PaymentEntryKind::RefundReversed)
    }

    fn refund(&self, request: &Request) -> Option<&'a refunds::Model> {
        self.refunds.iter().find(|refund| Some(refund.id) == request.refund)
    }
}
