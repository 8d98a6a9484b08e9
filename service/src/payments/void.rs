//! Giving up a payment, or what is left of it.

use entity::sea_orm_active_enums::{PaymentEntryKind, PaymentStatus};
use serde::Serialize;
use uuid::Uuid;

use super::{
    account::{Account, News, Payment},
    entry::NewEntry,
    fact::{self, Fact, FactKind},
    follow_ups, is_immediate, ledger,
};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, refusal::At, state};

/// Voids a payment: asks an agent for it, or does so at once where no provider is asked.
#[derive(Clone, Debug, Serialize)]
pub struct Void {
    /// The payment.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Void {
    /// The payment.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::VoidPayment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut account = Account::lock_of(unit, self.id).await?;
        let payment = account.payment(self.id)?;
        edit::check_version(self.expected_version, payment.row.version)?;
        if !is_open(payment) {
            state::check(payment.row.status, PaymentStatus::Voided).at(["id"])?;
        }
        give_up(unit, payment).await?;
        payment.record(unit, Self::OPERATION);
        let settled = account.save(unit).await?;
        follow_ups::given_up(unit, settled).await?;
        Ok(self.id)
    }
}

/// Voids what is left of the payments of an order that is locked and ends. The caller settles the order.
pub(crate) async fn void_open(unit: &mut UnitOfWork, order_id: Uuid) -> Result<()> {
    let mut account = Account::lock(unit, order_id).await?;
    void_all(unit, &mut account).await
}

/// The same for payments that are at hand.
pub(super) async fn void_all(unit: &mut UnitOfWork, account: &mut Account) -> Result<()> {
    for payment in &mut account.payments {
        if is_open(payment) {
            give_up(unit, payment).await?;
        }
    }
    let settled = account.write(unit);
    follow_ups::given_up(unit, settled).await
}

/// The key of the task to void what is left of a payment: each end is asked for once.
pub(super) fn task_key(payment: &Payment) -> String {
    let ends = payment.count(PaymentEntryKind::Voided, None) + payment.count(PaymentEntryKind::Failed, None);
    format!("void:{}:{}", payment.row.id, ends + 1)
}

/// Whether money may still come in by it.
fn is_open(payment: &Payment) -> bool {
    let may_come = !ledger::open(&payment.row).is_zero();
    may_come && !(payment.row.status == PaymentStatus::Captured && is_immediate(&payment.row.provider))
}

/// Gives captures up that were asked for, and what is left of the authorization.
async fn give_up(unit: &mut UnitOfWork, payment: &mut Payment) -> Result<()> {
    let now = unit.now();
    if is_immediate(&payment.row.provider) {
        let fact = Fact { kind: FactKind::Voided, amount: None, request: None };
        let outcome = fact::outcome(&payment.row, payment.entries(), &fact)?;
        for entry in outcome.entries {
            payment.enter(entry, News::own(now));
        }
        if outcome.voids {
            payment.end();
        }
        return Ok(());
    }
    let requests: Vec<_> = ledger::open_requests(payment.entries())
        .filter(|request| request.kind == PaymentEntryKind::CaptureRequested)
        .collect();
    for request in requests {
        let failed = NewEntry::answering(PaymentEntryKind::CaptureFailed, request.open, &request);
        payment.enter(failed, News::own(now));
    }
    if ledger::open(&payment.row).is_zero() {
        // Nothing was authorized beside what came in.
        return Ok(());
    }
    let key = task_key(payment);
    if follow_ups::void(unit, &payment.row, key).await? {
        payment.ask_to_void();
    }
    Ok(())
}
