//! Money that is asked for before it moves. A fact settles the requests that it covers, whether it names them or not: a
//! worker and the provider may both tell of the same. What moves by a request that was settled before counts once, too.

use entity::sea_orm_active_enums::PaymentEntryKind;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Fact, known::Known};
use crate::{
    edit::check,
    payments::{
        entry::{Entry, NewEntry, Request},
        ledger::{self, capturable},
    },
    refusal::{Code, Refusal},
};

/// A way of money: how it is asked for, and what comes of it.
pub(super) struct Way {
    pub(super) requested: PaymentEntryKind,
    pub(super) done: PaymentEntryKind,
    pub(super) failed: PaymentEntryKind,
}

/// In.
pub(super) const CAPTURE: Way = Way {
    requested: PaymentEntryKind::CaptureRequested,
    done: PaymentEntryKind::Captured,
    failed: PaymentEntryKind::CaptureFailed,
};

/// Back.
pub(super) const REFUND: Way = Way {
    requested: PaymentEntryKind::RefundRequested,
    done: PaymentEntryKind::Refunded,
    failed: PaymentEntryKind::RefundFailed,
};

impl Known<'_> {
    /// Money that moved: outcomes of requests, and what nobody asked for.
    pub(super) fn moved(&self, way: &Way, fact: &Fact) -> Result<Vec<NewEntry>, Refusal> {
        let Some(id) = fact.request else { return self.moved_unnamed(way, fact) };
        let request = self.named(way, id)?;
        if request.open > Decimal::ZERO {
            let amount = fact.amount.unwrap_or(request.open);
            let Some(known) = self.reported_before(way, &request, amount) else {
                return Ok(settle(way, vec![request], amount));
            };
            let settled = NewEntry::answering(way.failed, request.open, &request);
            return Ok(vec![NewEntry { known: Some(known), ..settled }]);
        }
        // It was given up, or settled with less, and the money moved all the same.
        let known = ledger::moved(self.entries, id, way.done);
        let amount = fact.amount.unwrap_or(if known.is_zero() { request.amount } else { known });
        let new = Some(amount - known).filter(|new| *new > Decimal::ZERO);
        Ok(new.map(|new| NewEntry::late(way.done, new, &request)).into_iter().collect())
    }

    /// A capture of exactly this amount, less than was requested, that was reported after the request without naming it:
    /// the provider's event came before the worker's report. Refunds that were reported so have a row of their own.
    fn reported_before(&self, way: &Way, request: &Request, amount: Decimal) -> Option<Uuid> {
        if way.done != CAPTURE.done || amount >= request.open {
            return None;
        }
        self.unnamed_after(way, request).find(|entry| entry.amount == amount).map(|entry| entry.id)
    }

    /// What moved after a request without naming one, and settles none yet.
    pub(super) fn unnamed_after(&self, way: &Way, request: &Request) -> impl Iterator<Item = &Entry> {
        let (entries, id, done) = (self.entries, request.id, way.done);
        let is_free = move |entry: &Entry| !entries.iter().any(|other| other.knows(entry.id));
        let after = entries.iter().skip_while(move |entry| entry.id != id);
        after.filter(move |entry| entry.kind == done && entry.is_unnamed() && is_free(entry))
    }

    /// Of the requests that it covers whole, the one of just that amount comes first, then the oldest. Others stay open:
    /// the money may have moved without them.
    fn moved_unnamed(&self, way: &Way, fact: &Fact) -> Result<Vec<NewEntry>, Refusal> {
        let mut requests = self.open(way);
        let amount = match fact.amount {
            Some(amount) => amount,
            None if requests.is_empty() => self.rest(way)?,
            None => requests.iter().map(|request| request.open).sum(),
        };
        requests.sort_by_key(|request| request.open != amount);
        let mut left = amount;
        requests.retain(|request| {
            let covers = request.open <= left;
            left -= if covers { request.open } else { Decimal::ZERO };
            covers
        });
        let Some(given_up) = self.given_up(way, left) else { return Ok(settle(way, requests, amount)) };
        let mut entries = settle(way, requests, amount - left);
        entries.push(NewEntry::late(way.done, left, &given_up));
        Ok(entries)
    }

    /// The oldest request of an amount that was given up and by which nothing has moved.
    fn given_up(&self, way: &Way, amount: Decimal) -> Option<Request> {
        let is_over = |request: &Request| request.kind == way.requested && request.open.is_zero();
        ledger::requests(self.entries).find(|request| {
            let fits = is_over(request) && request.amount == amount;
            fits && ledger::moved(self.entries, request.id, way.done).is_zero()
        })
    }

    /// Money that went back. The database holds no more of it than was captured.
    pub(super) fn refunded(&self, fact: &Fact) -> Result<Vec<NewEntry>, Refusal> {
        let entries = self.moved(&REFUND, fact)?;
        let done: Decimal = entries.iter().filter(|entry| entry.kind == REFUND.done).map(|entry| entry.amount).sum();
        self.check(done, self.payment.captured_amount - self.payment.refunded_amount)?;
        Ok(entries)
    }

    /// A request that did not work: the one that is named, else the oldest one.
    pub(super) fn not_moved(&self, way: &Way, fact: &Fact) -> Result<Vec<NewEntry>, Refusal> {
        let request = match fact.request {
            Some(id) => Some(self.named(way, id)?).filter(|request| request.open > Decimal::ZERO),
            None => self.open(way).into_iter().next(),
        };
        Ok(request.iter().map(|request| NewEntry::answering(way.failed, request.open, request)).collect())
    }

    /// The request that a fact names.
    pub(super) fn named(&self, way: &Way, id: Uuid) -> Result<Request, Refusal> {
        let found = ledger::find_request(self.entries, id).filter(|request| request.kind == way.requested);
        let message = || format!("there is no such request {id} of this payment");
        found.ok_or_else(|| Refusal::new(Code::NotFound, message()).at(["requestId"]))
    }

    /// All that can still move without a request.
    fn rest(&self, way: &Way) -> Result<Decimal, Refusal> {
        let rest = if way.done == CAPTURE.done { capturable(self.payment) } else { Decimal::ZERO };
        let message = "`amount` is required, because no request is open";
        if rest > Decimal::ZERO { Ok(rest) } else { Err(check::invalid("amount", message)) }
    }
}

/// Settles requests with what moved: what one asked for beyond it has failed, and what is left was not asked for. It is
/// noted with the last request, which whoever tells of it again may name.
fn settle(way: &Way, requests: Vec<Request>, amount: Decimal) -> Vec<NewEntry> {
    let (mut entries, mut left, mut last) = (Vec::new(), amount, None);
    for request in requests {
        let done = left.min(request.open);
        if done.is_zero() {
            break;
        }
        entries.push(NewEntry::answering(way.done, done, &request));
        if done < request.open {
            entries.push(NewEntry::answering(way.failed, request.open - done, &request));
        }
        left -= done;
        last = Some(request.id);
    }
    if left > Decimal::ZERO {
        entries.push(NewEntry { late: last, ..NewEntry::of(way.done, left) });
    }
    entries
}
