//! Disputes: a payer asks its bank for the money back, which takes it until the dispute is decided.

use entity::{
    inbound_webhooks,
    sea_orm_active_enums::{InboundStatus, PaymentEntryKind},
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    PROVIDER,
    find::{self, Known},
    happened_at, news,
    object::Object,
    wanted::Wanted,
};
use crate::{
    Result, UnitOfWork,
    payments::{
        Fact,
        account::{News, Payment},
        dispute, ledger,
        report::{self, FactKind},
    },
    refusal::Refusal,
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// The topic of a dispute that is decided.
const CLOSED: &str = "charge.dispute.closed";

/// What happened to a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// The payer began it.
    Opened,
    /// The money was taken.
    Withdrawn,
    /// The money came back.
    Reinstated,
    /// It is decided.
    Closed,
}

/// A dispute of Stripe.
#[derive(Debug)]
pub(super) struct Dispute<'a> {
    id: &'a str,
    wanted: Wanted<'a>,
    act: Act,
}

impl<'a> Dispute<'a> {
    /// Reads the dispute of an event; none if its topic says nothing about money.
    pub(super) fn read(topic: &str, object: Object<'a>) -> Result<Option<Self>, Refusal> {
        let act = match topic {
            "charge.dispute.created" => Act::Opened,
            "charge.dispute.funds_withdrawn" => Act::Withdrawn,
            "charge.dispute.funds_reinstated" => Act::Reinstated,
            CLOSED => Act::Closed,
            _ => return Ok(None),
        };
        Ok(Some(Self { id: object.id()?, wanted: Wanted::read(topic, object)?, act }))
    }

    /// Does what follows from it.
    pub(super) async fn apply(&self, unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
        let Known { mut account, payment } = match find::known(unit, &self.wanted).await? {
            Ok(known) => known,
            Err(applied) => return Ok(applied),
        };
        let amount = self.wanted.amount;
        // Its entries have its own id, by which all events about it are known.
        let news = News { event: Some(self.id.to_owned()), ..news(unit, event) };
        let fact = |kind| Fact { kind, amount: Some(amount), request: None };
        match self.act {
            Act::Opened => {
                if self.is_closed(unit, event).await? {
                    return Ok(Applied::Ignored("the dispute is closed already".to_owned()));
                }
                dispute::open(unit, &mut account, payment, amount).await?;
            }
            Act::Closed => dispute::close(unit, &mut account, payment).await?,
            Act::Withdrawn => {
                let known = account.payment(payment)?;
                if amount.is_zero() || self.is_withdrawn(known) {
                    return Ok(Applied::Done);
                }
                if amount > known.row.captured_amount - known.row.charged_back_amount {
                    return Ok(Applied::Waits("more is taken back than is known to have come in".to_owned()));
                }
                report::apply(unit, &mut account, payment, &fact(FactKind::ChargedBack), &news, None).await?;
                if self.is_closed(unit, event).await? {
                    dispute::close(unit, &mut account, payment).await?;
                }
            }
            Act::Reinstated => {
                let known = account.payment(payment)?;
                if known.knows(self.id, PaymentEntryKind::ChargebackReversed) {
                    return Ok(Applied::Done);
                }
                if !has_entry(known, PaymentEntryKind::ChargedBack, amount) {
                    return Ok(Applied::Waits("it is not known yet that the money was taken".to_owned()));
                }
                report::apply(unit, &mut account, payment, &fact(FactKind::ChargebackReversed), &news, None).await?;
            }
        }
        Ok(Applied::Done)
    }

    /// Whether the money is known to have been taken: by an event about the dispute, or by a report that named none.
    fn is_withdrawn(&self, payment: &Payment) -> bool {
        if payment.knows(self.id, PaymentEntryKind::ChargedBack) {
            return true;
        }
        payment.entries().iter().any(|entry| {
            let is_same = entry.kind == PaymentEntryKind::ChargedBack && entry.amount == self.wanted.amount;
            let is_back = ledger::is_answered(payment.entries(), entry.id, PaymentEntryKind::ChargebackReversed);
            is_same && entry.provider_event_id.is_none() && !is_back
        })
    }

    /// Whether an event that closed it later was handled already.
    async fn is_closed(&self, unit: &UnitOfWork, event: &InboundEvent) -> Result<bool> {
        use inbound_webhooks::Column::{ObjectKey, Source, Status, Topic, TriggeredAt};
        let Some(key) = self.wanted.names.main() else { return Ok(false) };
        let found = inbound_webhooks::Entity::find()
            .filter(Source.eq(PROVIDER))
            .filter(ObjectKey.eq(key))
            .filter(Topic.eq(CLOSED))
            .filter(Status.eq(InboundStatus::Processed))
            .filter(TriggeredAt.gte(happened_at(unit, event)));
        let closings = found.all(unit.txn().await?).await?;
        // Payloads of events that ended are emptied after a time.
        let is_of_it = |row: &inbound_webhooks::Model| {
            Object::of(&row.payload).and_then(|object| object.text("id")).is_none_or(|id| id == self.id)
        };
        Ok(closings.iter().any(is_of_it))
    }
}

/// Whether the payment has such an entry.
fn has_entry(payment: &Payment, kind: PaymentEntryKind, amount: Decimal) -> bool {
    payment.entries().iter().any(|entry| entry.kind == kind && entry.amount == amount)
}
