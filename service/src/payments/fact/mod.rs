//! Which entries a fact comes to. What is known already comes to none.
//!
//! - `known`: what is known of the payment, and facts about all of it. `requested`: money that was asked for, and moved or
//!   did not. `reversed`: money that came back.

mod known;
mod requested;
mod reversed;

use entity::{payments, sea_orm_active_enums::PaymentEntryKind};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use self::{
    known::Known,
    requested::{CAPTURE, REFUND},
};
use super::entry::{Entry, NewEntry};
use crate::{edit::check, refusal::Refusal};

/// What can happen to a payment outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum FactKind {
    /// Money was authorized.
    Authorized,
    /// What was authorized is free again.
    Voided,
    /// Money came in.
    Captured,
    /// A capture that was requested did not work.
    CaptureFailed,
    /// Money went back.
    Refunded,
    /// A refund that was requested did not work.
    RefundFailed,
    /// Money that went back is there again.
    RefundReversed,
    /// The payer took money back.
    ChargedBack,
    /// Money that the payer took back is there again.
    ChargebackReversed,
    /// The provider kept a fee.
    Fee,
    /// The payment did not work.
    Failed,
}

impl FactKind {
    /// The entry that tells of it.
    pub(super) fn entry(self) -> PaymentEntryKind {
        match self {
            Self::Authorized => PaymentEntryKind::Authorized,
            Self::Voided => PaymentEntryKind::Voided,
            Self::Captured => PaymentEntryKind::Captured,
            Self::CaptureFailed => PaymentEntryKind::CaptureFailed,
            Self::Refunded => PaymentEntryKind::Refunded,
            Self::RefundFailed => PaymentEntryKind::RefundFailed,
            Self::RefundReversed => PaymentEntryKind::RefundReversed,
            Self::ChargedBack => PaymentEntryKind::ChargedBack,
            Self::ChargebackReversed => PaymentEntryKind::ChargebackReversed,
            Self::Fee => PaymentEntryKind::Fee,
            Self::Failed => PaymentEntryKind::Failed,
        }
    }
}

/// What happened to a payment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fact {
    /// What.
    pub(crate) kind: FactKind,
    /// Amount. Default: all that it can be about.
    pub(crate) amount: Option<Decimal>,
    /// The request whose outcome it is.
    pub(crate) request: Option<Uuid>,
}

/// What a fact comes to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// The entries.
    pub(super) entries: Vec<NewEntry>,
    /// Whether the payment is voided although nothing of it was authorized: there is no amount to enter.
    pub(super) voids: bool,
}

impl Outcome {
    /// Whether everything was known already.
    pub(super) fn is_nothing(&self) -> bool {
        self.entries.is_empty() && !self.voids
    }
}

/// What a fact comes to, after all that is known of its payment.
pub(super) fn outcome(payment: &payments::Model, known: &[Entry], fact: &Fact) -> Result<Outcome, Refusal> {
    use PaymentEntryKind as Kind;
    let known = Known { payment, entries: known };
    let entries = match fact.kind {
        FactKind::Authorized => known.authorized(fact),
        FactKind::Voided => return Ok(known.voided(fact)),
        FactKind::Failed => known.failed(),
        FactKind::Captured => known.moved(&CAPTURE, fact)?,
        FactKind::Refunded => known.refunded(fact)?,
        FactKind::CaptureFailed => known.not_moved(&CAPTURE, fact)?,
        FactKind::RefundFailed => known.not_moved(&REFUND, fact)?,
        FactKind::RefundReversed => known.reversed(Kind::Refunded, Kind::RefundReversed, fact)?,
        FactKind::ChargedBack => known.charged_back(fact)?,
        FactKind::ChargebackReversed => known.reversed(Kind::ChargedBack, Kind::ChargebackReversed, fact)?,
        FactKind::Fee => {
            let amount = fact.amount.ok_or_else(|| check::invalid("amount", "a fee needs an `amount`"))?;
            vec![NewEntry::of(Kind::Fee, amount)]
        }
    };
    Ok(Outcome { entries, voids: false })
}

#[cfg(test)]
mod tests;
