//! Refunds: those that were asked for here, and those that somebody made at Stripe.

use entity::sea_orm_active_enums::{PaymentEntryKind, PaymentStatus};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    PROVIDER,
    find::{self, Known},
    news,
    object::Object,
    wanted::Wanted,
};
use crate::{
    Result, UnitOfWork,
    payments::{
        Fact,
        account::{News, Payment},
        entry::{Entry, Request},
        ledger,
        refund::provided::{self, Told},
        report::{self, FactKind},
    },
    refusal::Refusal,
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// It is on its way.
    Pending,
    /// The money went back.
    Succeeded,
    /// The money did not go back, or returned.
    Failed,
}

/// A refund of Stripe.
#[derive(Debug)]
pub(super) struct Refund<'a> {
    id: &'a str,
    wanted: Wanted<'a>,
    progress: Progress,
    /// The refund of ours that it names.
    refund: Option<Uuid>,
    /// Whether it changes the balance at Stripe.
    moves_money: bool,
    /// Why it failed.
    code: Option<String>,
    object: Object<'a>,
}

impl<'a> Refund<'a> {
    /// Reads the refund of an event; none if the topic is another one.
    pub(super) fn read(topic: &str, object: Object<'a>) -> Result<Option<Self>, Refusal> {
        if !matches!(topic, "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated") {
            return Ok(None);
        }
        let progress = match object.text("status") {
            Some("succeeded") => Progress::Succeeded,
            Some("failed" | "canceled") => Progress::Failed,
            Some("pending" | "requires_action") => Progress::Pending,
            _ => return Err(Refusal::invalid("status", "`status` must be one that refunds of Stripe have")),
        };
        let wanted = Wanted::read(topic, object)?;
        match wanted.amount.is_zero() {
            true => Err(Refusal::invalid("amount", "`amount` must be above 0")),
            false => Ok(Some(Self {
                id: object.id()?,
                wanted,
                progress,
                refund: object.metadata("refund_id").and_then(|id| Uuid::try_parse(id).ok()),
                moves_money: object.reference("balance_transaction").is_some(),
                code: object.code("failure_reason"),
                object,
            })),
        }
    }

    /// Enters how far it is, if that is not known.
    pub(super) async fn apply(&self, unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
        let Known { mut account, payment } = match find::known(unit, &self.wanted).await? {
            Ok(known) => known,
            Err(applied) => return Ok(applied),
        };
        // Its entries have its own id, by which all events about it are known.
        let news = News { event: Some(self.id.to_owned()), ..news(unit, event) };
        let known = account.payment(payment)?;
        if self.is_release(known) {
            return Ok(Applied::Ignored("it releases an authorization: no money went back".to_owned()));
        }
        if self.has_failed(known) {
            return Ok(Applied::Ignored("the refund is known to have failed".to_owned()));
        }
        let told = self.told(unit, event);
        let request = provided::request(unit, &account, payment, &told).await?;
        let known = account.payment(payment)?;
        let has_succeeded = self.has_succeeded(known, request.as_ref(), &told);
        let is_new = request.is_none() && !has_succeeded;
        let moves = is_new || (self.progress == Progress::Succeeded && !has_succeeded);
        if moves && self.wanted.amount > known.row.captured_amount - known.row.refunded_amount {
            return Ok(Applied::Waits("more goes back than is known to have come in".to_owned()));
        }
        let request = match request {
            None if is_new => Some(provided::add(unit, &mut account, payment, &told)?),
            request => request,
        };
        let kind = match self.progress {
            Progress::Pending => None,
            Progress::Succeeded => Some(FactKind::Refunded),
            Progress::Failed if has_succeeded => Some(FactKind::RefundReversed),
            Progress::Failed => Some(FactKind::RefundFailed),
        };
        let Some(kind) = kind else {
            if is_new {
                account.save(unit).await?;
            }
            return Ok(Applied::Done);
        };
        let others = match (&request, kind) {
            // What is reported of a request is the sum of all refunds that were made for it.
            (Some(request), FactKind::Refunded) => {
                provided::by_others(account.payment(payment)?.entries(), request.id, &told)
            }
            _ => Decimal::ZERO,
        };
        let amount = Some(self.wanted.amount + others);
        let fact = Fact { kind, amount, request: request.map(|request| request.id) };
        report::apply(unit, &mut account, payment, &fact, &news, self.code.as_deref()).await?;
        Ok(Applied::Done)
    }

    fn told<'b>(&'b self, unit: &UnitOfWork, event: &'b InboundEvent) -> Told<'b> {
        let now = unit.now();
        Told {
            provider: PROVIDER,
            id: self.id,
            amount: self.wanted.amount,
            refund: self.refund,
            key: event.payload.pointer("/request/idempotency_key").and_then(Json::as_str),
            made_at: self.object.time("created").unwrap_or(now).min(now),
        }
    }

    /// Whether it stands for an authorization, or a part of one, that was given up: Stripe reports that as a refund.
    fn is_release(&self, payment: &Payment) -> bool {
        let sums = payment.sums();
        let is_voided = |entry: &&Entry| entry.kind == PaymentEntryKind::Voided;
        let voided: Decimal = payment.entries().iter().filter(is_voided).map(|entry| entry.amount).sum();
        let released = [voided, sums.authorized - sums.captured];
        match sums.captured.is_zero() {
            true => payment.row.status == PaymentStatus::Voided || self.wanted.amount <= voided,
            false => !self.moves_money && released.contains(&self.wanted.amount),
        }
    }

    /// Whether it is known to have failed, which is the end of it.
    fn has_failed(&self, payment: &Payment) -> bool {
        payment.knows(self.id, PaymentEntryKind::RefundFailed)
            || payment.knows(self.id, PaymentEntryKind::RefundReversed)
    }

    /// Whether its money is known to have gone back.
    fn has_succeeded(&self, payment: &Payment, request: Option<&Request>, told: &Told<'_>) -> bool {
        let went_back = |request: &Request| {
            let all = ledger::moved(payment.entries(), request.id, PaymentEntryKind::Refunded);
            all - provided::by_others(payment.entries(), request.id, told) >= self.wanted.amount
        };
        payment.knows(self.id, PaymentEntryKind::Refunded) || request.is_some_and(went_back)
    }
}
