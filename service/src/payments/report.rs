//! What happened to a payment outside, as a worker or its provider tells it. A fact is entered, however inconvenient,
//! and once.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use entity::sea_orm_active_enums::{OrderStatus, PaymentEntryKind};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::fact::FactKind;
use super::{
    account::{Account, News, Payment},
    check_positive,
    entry::NewEntry,
    fact::{self, Fact},
    follow_ups, ledger,
    refund::{progress, surplus, unasked},
    void::{task_key, void_all},
};
use crate::{
    Joint, Result, UnitOfWork, Verb, access::Operation, edit::check, orders::late_money, refusal::Refusal,
    shared::Queued, value,
};

/// The most characters of a code.
const CODE: usize = 100;
/// How far the clock of who reports may be ahead, in minutes.
const AHEAD: i64 = 5;

/// Reports what happened to a payment.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The payment.
    pub id: Uuid,
    /// What happened.
    pub kind: FactKind,
    /// Amount. Default: all that it can be about.
    pub amount: Option<Decimal>,
    /// The provider's id of what it told: the same one counts once.
    pub provider_event_id: Option<String>,
    /// When it happened. Default: now.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The request whose outcome it is.
    pub request_id: Option<Uuid>,
    /// The provider's code of what went wrong.
    pub code: Option<String>,
}

/// What a report came to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Reported {
    /// The payment.
    pub payment: Uuid,
    /// Its order.
    pub order: Uuid,
    /// False if it was known already.
    pub applied: bool,
}

impl Verb for Report {
    type Outcome = Reported;
    const OPERATION: Operation = Operation::ReportPayment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Reported> {
        self.check(unit.now())?;
        let mut account = Account::lock_of(unit, self.id).await?;
        if let Some(amount) = self.amount.filter(|_| self.kind != FactKind::Failed) {
            check_positive("amount", amount, &account.order.currency)?;
        }
        let fact = Fact { kind: self.kind, amount: self.amount, request: self.request_id };
        let news = News { at: self.occurred_at.unwrap_or(unit.now()), event: self.provider_event_id.clone() };
        let applied = apply(unit, &mut account, self.id, &fact, &news, self.code.as_deref()).await?;
        Ok(Reported { payment: self.id, order: account.order.id, applied })
    }
}

impl Queued for Report {}

impl Joint for Report {
    fn weight(&self) -> usize {
        1
    }

    async fn prepare(unit: &mut UnitOfWork, calls: &[&Self]) -> Result<()> {
        let payments: Vec<Uuid> = calls.iter().map(|call| call.id).collect();
        Account::lock_ahead(unit, &payments).await
    }
}

impl Report {
    fn check(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        for (field, text, most) in
            [("providerEventId", &self.provider_event_id, check::NAME), ("code", &self.code, CODE)]
        {
            if let Some(text) = text {
                check::text(field, text, most)?;
            }
        }
        match self.occurred_at {
            Some(at) if at > now + TimeDelta::minutes(AHEAD) => {
                Err(check::invalid("occurredAt", "`occurredAt` is in the future"))
            }
            Some(at) if !value::is_known_year(at.year()) => Err(check::invalid("occurredAt", value::YEARS)),
            _ => Ok(()),
        }
    }
}

/// Enters a fact about a payment, with all that follows; false if it was known already.
pub(crate) async fn apply(
    unit: &mut UnitOfWork,
    account: &mut Account,
    id: Uuid,
    fact: &Fact,
    news: &News,
    code: Option<&str>,
) -> Result<bool> {
    let payment = account.payment(id)?;
    if news.event.as_deref().is_some_and(|event| payment.knows(event, fact.kind.entry())) {
        return Ok(false);
    }
    let outcome = fact::outcome(&payment.row, payment.entries(), fact)?;
    if outcome.is_nothing() {
        return Ok(false);
    }
    match fact.kind {
        FactKind::Failed | FactKind::CaptureFailed | FactKind::RefundFailed => {
            payment.row.error_code = code.map(str::to_owned);
        }
        FactKind::Authorized | FactKind::Captured => payment.row.error_code = None,
        _ => {}
    }
    let mut entries = outcome.entries;
    let mut refunds: BTreeSet<Uuid> = entries.iter().filter_map(|entry| entry.refund).collect();
    unasked::explain(unit, account, &mut entries).await?;
    let came_in =
        |entry: &NewEntry| matches!(entry.kind, PaymentEntryKind::Captured | PaymentEntryKind::ChargebackReversed);
    let is_more_there = entries.iter().any(came_in);
    let is_late = entries.iter().any(|entry| entry.late.is_some());
    let payment = account.payment(id)?;
    for entry in entries {
        payment.enter(entry, news.clone());
    }
    if outcome.voids {
        payment.end();
    }
    refunds.extend(payment.new_refunds());
    let mut settled = account.write(unit);
    progress::follow(unit, account, refunds.clone()).await?;
    surplus::withdraw(unit, account, &refunds).await?;
    let is_over = account.order.status == OrderStatus::Cancelled;
    if is_over && fact.kind == FactKind::Authorized {
        void_all(unit, account).await?;
    }
    settled.extend(not_needed(account.payment(id)?, fact.kind, is_over || is_late));
    account.settle(unit).await?;
    follow_ups::settled(unit, settled).await?;
    if fact.kind == FactKind::ChargedBack
        && let Some(payment) = account.find(id).cloned()
    {
        follow_ups::resolve_dispute(unit, &payment, payment.charged_back_amount).await?;
    }
    if is_more_there && account.order.status == OrderStatus::Cancelled {
        late_money(unit, &account.order).await?;
    }
    Ok(true)
}

/// The key of the task that nobody needs any more after a fact: to answer a charge-back that came to nothing, or to void
/// what came in after it was given up.
fn not_needed(payment: &Payment, kind: FactKind, was_given_up: bool) -> Option<String> {
    match kind {
        FactKind::ChargebackReversed if !payment.row.is_disputed => Some(follow_ups::dispute_key(payment.row.id)),
        FactKind::Captured if was_given_up && ledger::open(&payment.row).is_zero() => Some(task_key(payment)),
        _ => None,
    }
}
