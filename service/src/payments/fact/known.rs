//! What is known of a payment, and facts about all of it.

use entity::{
    payments,
    sea_orm_active_enums::{PaymentEntryKind, PaymentStatus},
};
use rust_decimal::Decimal;

use super::{
    Fact, Outcome,
    requested::{CAPTURE, Way},
};
use crate::{
    payments::{
        entry::{Entry, NewEntry, Request},
        exceeded, ledger,
    },
    refusal::Refusal,
};

/// What is known of a payment.
pub(super) struct Known<'a> {
    /// Its row, with the sums of its entries.
    pub(super) payment: &'a payments::Model,
    /// Its entries, the oldest first.
    pub(super) entries: &'a [Entry],
}

impl Known<'_> {
    /// An authorization. One that comes after the end moves nothing.
    pub(super) fn authorized(&self, fact: &Fact) -> Vec<NewEntry> {
        let is_over = matches!(self.payment.status, PaymentStatus::Captured | PaymentStatus::Voided);
        let amount = fact.amount.unwrap_or(self.payment.amount - self.payment.authorized_amount);
        match is_over || amount <= Decimal::ZERO {
            true => Vec::new(),
            false => vec![NewEntry::of(PaymentEntryKind::Authorized, amount)],
        }
    }

    /// The end of an authorization, or of a part of it.
    pub(super) fn voided(&self, fact: &Fact) -> Outcome {
        let rest = self.uncaptured();
        let amount = fact.amount.unwrap_or(rest).min(rest);
        let voids = self.payment.status == PaymentStatus::Pending;
        let mut entries = Vec::new();
        if voids || (amount == rest && !rest.is_zero()) {
            entries = self.withdrawn();
        }
        if amount > Decimal::ZERO {
            entries.push(NewEntry::of(PaymentEntryKind::Voided, amount));
        }
        Outcome { entries, voids }
    }

    /// The end of a payment that did not work: what was authorized is free again.
    pub(super) fn failed(&self) -> Vec<NewEntry> {
        let mut entries = vec![NewEntry::of(PaymentEntryKind::Failed, Decimal::ZERO)];
        if matches!(self.payment.status, PaymentStatus::Pending | PaymentStatus::Authorized) {
            entries.extend(self.withdrawn());
            let rest = Some(self.uncaptured()).filter(|rest| *rest > Decimal::ZERO);
            entries.extend(rest.map(|rest| NewEntry::of(PaymentEntryKind::Voided, rest)));
        }
        entries
    }

    /// Money that the payer took back. The database holds no more of it than was captured.
    pub(super) fn charged_back(&self, fact: &Fact) -> Result<Vec<NewEntry>, Refusal> {
        let rest = self.payment.captured_amount - self.payment.charged_back_amount;
        let amount = fact.amount.unwrap_or((rest - self.payment.refunded_amount).max(Decimal::ZERO));
        if amount.is_zero() {
            return Err(self.exceeded(amount, rest));
        }
        self.check(amount, rest)?;
        Ok(vec![NewEntry::of(PaymentEntryKind::ChargedBack, amount)])
    }

    /// The requests of a way that are open, the oldest first.
    pub(super) fn open(&self, way: &Way) -> Vec<Request> {
        ledger::open_requests(self.entries).filter(|request| request.kind == way.requested).collect()
    }

    /// Refuses more than there is.
    pub(super) fn check(&self, asked: Decimal, available: Decimal) -> Result<(), Refusal> {
        if asked > available { Err(self.exceeded(asked, available)) } else { Ok(()) }
    }

    /// A refusal of more than there is.
    pub(super) fn exceeded(&self, asked: Decimal, available: Decimal) -> Refusal {
        exceeded(asked, available, &self.payment.currency).at(["amount"])
    }

    /// What is authorized and not captured.
    fn uncaptured(&self) -> Decimal {
        (self.payment.authorized_amount - self.payment.captured_amount).max(Decimal::ZERO)
    }

    /// Captures that nobody will make any more. Each is settled by what came in after it without its name, if anything
    /// did: whoever reports that again names the request.
    fn withdrawn(&self) -> Vec<NewEntry> {
        let mut entries: Vec<NewEntry> = Vec::new();
        for request in self.open(&CAPTURE) {
            let is_free = |entry: &&Entry| entries.iter().all(|other| other.known != Some(entry.id));
            let known = self.unnamed_after(&CAPTURE, &request).find(is_free).map(|entry| entry.id);
            entries.push(NewEntry { known, ..NewEntry::answering(CAPTURE.failed, request.open, &request) });
        }
        entries
    }
}
