//! What happens to a payment: authorized, captured, given up, failed. Stripe tells totals, and tells them of a payment
//! intent and of its charge, so that most events say what is known already.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{PaymentEntryKind, PaymentStatus};
use rust_decimal::Decimal;

use super::{
    find::{self, Known},
    news,
    object::Object,
    wanted::Wanted,
};
use crate::{
    Result, UnitOfWork,
    money::currency,
    payments::{
        Fact,
        account::Payment,
        observe::{Total, observe},
        report::{self, FactKind},
    },
    refusal::Refusal,
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// What happened.
#[derive(Debug)]
enum Act {
    /// The total that is authorized.
    Authorized(Decimal),
    /// Money came in.
    Captured {
        /// The total.
        total: Decimal,
        /// Whether nothing more will.
        is_all: bool,
    },
    /// What has not come in will not.
    Voided,
    /// It did not work, for the reason that the code names.
    Failed(Option<String>),
}

/// Something that happened to a payment.
#[derive(Debug)]
pub(super) struct Happened<'a> {
    wanted: Wanted<'a>,
    act: Act,
}

impl<'a> Happened<'a> {
    /// Reads an event of a payment intent or a charge; none if its topic says nothing about money.
    pub(super) fn read(topic: &str, object: Object<'a>) -> Result<Option<Self>, Refusal> {
        let wanted = Wanted::read(topic, object)?;
        let amount = |field: &str| object.amount(field, &wanted.currency);
        let act = match topic {
            "payment_intent.amount_capturable_updated" => {
                let received = object.optional_amount("amount_received", &wanted.currency)?.unwrap_or_default();
                let total = amount("amount_capturable")? + received;
                currency::check_amount("amount_capturable", total, &wanted.currency)?;
                Act::Authorized(total)
            }
            "payment_intent.succeeded" => Act::Captured { total: amount("amount_received")?, is_all: true },
            "payment_intent.canceled" | "charge.expired" => Act::Voided,
            "payment_intent.payment_failed" => {
                Act::Failed(object.inner("last_payment_error").and_then(|error| error.code("code")))
            }
            "charge.failed" => Act::Failed(object.code("failure_code")),
            "charge.succeeded" if object.flag("captured") == Some(false) => Act::Authorized(wanted.amount),
            "charge.succeeded" | "charge.captured" => {
                let captured = object.optional_amount("amount_captured", &wanted.currency)?;
                // A charge of an intent may be captured in parts: the intent tells when it was the last.
                Act::Captured { total: captured.unwrap_or(wanted.amount), is_all: wanted.names.intent.is_none() }
            }
            _ => return Ok(None),
        };
        Ok(Some(Self { wanted, act }))
    }

    /// Enters it, if it is not known.
    pub(super) async fn apply(&self, unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
        let Known { mut account, payment } = match find::known_or_new(unit, &self.wanted).await? {
            Ok(known) => known,
            Err(applied) => return Ok(applied),
        };
        let news = news(unit, event);
        if self.is_stale(account.payment(payment)?, news.at) {
            return Ok(Applied::Ignored("what happened later is known already".to_owned()));
        }
        match &self.act {
            Act::Authorized(total) => {
                observe(unit, &mut account, payment, (Total::Authorized, *total), &news).await?;
            }
            Act::Captured { total, is_all } => {
                observe(unit, &mut account, payment, (Total::Captured, *total), &news).await?;
                if *is_all {
                    report::apply(unit, &mut account, payment, &whole(FactKind::Voided), &news, None).await?;
                }
            }
            Act::Voided => {
                report::apply(unit, &mut account, payment, &whole(FactKind::Voided), &news, None).await?;
            }
            Act::Failed(code) => {
                if !has_failed_so(account.payment(payment)?, code.as_deref()) {
                    let fact = whole(FactKind::Failed);
                    report::apply(unit, &mut account, payment, &fact, &news, code.as_deref()).await?;
                }
            }
        }
        Ok(Applied::Done)
    }

    /// Whether the payment went on after it: an attempt that failed may be followed by one that works.
    fn is_stale(&self, payment: &Payment, at: DateTime<Utc>) -> bool {
        use PaymentEntryKind::{Authorized, Captured, Failed, Voided};
        match self.act {
            Act::Authorized(_) => latest(payment, &[Failed, Voided]).is_some_and(|end| end > at),
            Act::Failed(_) => latest(payment, &[Authorized, Captured]).is_some_and(|success| success >= at),
            Act::Captured { .. } | Act::Voided => false,
        }
    }
}

/// A fact about all that it can be about.
fn whole(kind: FactKind) -> Fact {
    Fact { kind, amount: None, request: None }
}

/// Whether the payment is known to have failed for the same reason: an intent and its charge both report it.
fn has_failed_so(payment: &Payment, code: Option<&str>) -> bool {
    payment.row.status == PaymentStatus::Failed && payment.row.error_code.as_deref() == code
}

/// When one of the kinds was entered last.
fn latest(payment: &Payment, kinds: &[PaymentEntryKind]) -> Option<DateTime<Utc>> {
    let of_kind = payment.entries().iter().filter(|entry| kinds.contains(&entry.kind));
    of_kind.map(|entry| entry.occurred_at).max()
}
