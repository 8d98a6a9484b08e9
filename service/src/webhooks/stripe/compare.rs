//! What Stripe says was given back of a charge, against what the ledger says: refunds have events of their own, so that
//! a difference shows that one is missing.

use chrono::TimeDelta;
use entity::sea_orm_active_enums::{EventSeverity, PaymentEntryKind};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    find::{self, Known},
    happened_at,
    object::Object,
    wanted::Wanted,
};
use crate::{
    Result, UnitOfWork, Verb,
    payments::account::Payment,
    refusal::Refusal,
    system::events,
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// How long the events of the refunds may take, in minutes.
const LONGEST_WAIT: i64 = 60;

/// What was given back of a charge in total.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    wanted: Wanted<'a>,
    /// All that Stripe counts as refunded.
    refunded: Decimal,
    /// What of the charge was never captured: Stripe may count it as refunded, too.
    uncaptured: Decimal,
    is_captured: bool,
}

impl<'a> Comparison<'a> {
    /// Reads the charge of an event; none if the topic is another one.
    pub(super) fn read(topic: &str, object: Object<'a>) -> Result<Option<Self>, Refusal> {
        if topic != "charge.refunded" {
            return Ok(None);
        }
        let wanted = Wanted::read(topic, object)?;
        let refunded = object.amount("amount_refunded", &wanted.currency)?;
        let captured = object.optional_amount("amount_captured", &wanted.currency)?.unwrap_or(wanted.amount);
        let uncaptured = (wanted.amount - captured).max(Decimal::ZERO);
        Ok(Some(Self { wanted, refunded, uncaptured, is_captured: object.flag("captured") != Some(false) }))
    }

    /// Compares, as soon as the sums agree, or when the events of the refunds must have arrived.
    pub(super) async fn apply(&self, unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
        if !self.is_captured {
            return Ok(Applied::Ignored("it releases an authorization: no money went back".to_owned()));
        }
        let Known { mut account, payment } = match find::known(unit, &self.wanted).await? {
            Ok(known) => known,
            Err(applied) => return Ok(applied),
        };
        let known = went_back(account.payment(payment)?);
        if known >= self.refunded - self.uncaptured {
            return Ok(Applied::Done);
        }
        if unit.now() < happened_at(unit, event) + TimeDelta::minutes(LONGEST_WAIT) {
            let all = self.refunded;
            let message = format!("{all} were refunded, of which {known} are known: events may still arrive");
            return Ok(Applied::Waits(message));
        }
        let order = account.order.id;
        let warning = events::Record {
            event_type: "payment.refunds_differ".to_owned(),
            severity: EventSeverity::Warning,
            source_agent_id: None,
            message: self.warning(known),
            details: json!({ "paymentId": payment, "orderId": order, "refunded": self.refunded, "known": known }),
        };
        warning.perform(unit).await?;
        Ok(Applied::Done)
    }

    fn warning(&self, known: Decimal) -> String {
        let (name, all) = (self.wanted.names.main().unwrap_or_default(), self.refunded);
        let currency = &self.wanted.currency;
        format!(
            "Stripe refunded {all} {currency} of the payment {name}, but only {known} are known here: look for refunds \
             whose events did not arrive"
        )
    }
}

/// All that ever went back, whether it stayed there or not.
fn went_back(payment: &Payment) -> Decimal {
    let refunded = payment.entries().iter().filter(|entry| entry.kind == PaymentEntryKind::Refunded);
    refunded.map(|entry| entry.amount).sum()
}
