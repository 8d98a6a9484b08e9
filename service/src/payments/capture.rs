//! Getting the money of a payment, or a part of it.

use entity::sea_orm_active_enums::{PaymentEntryKind, PaymentStatus};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    account::{Account, News, check_takes_payments},
    books, check_positive,
    entry::{NewEntry, Request},
    exceeded,
    follow_ups::{self, Asked},
    is_immediate, ledger,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    refusal::{At, Refusal},
    state,
};

/// Captures a payment: asks an agent for it, or has the money at once where no provider is asked. When all that can be is
/// asked for already, and somebody's task to do it is gone, it is asked for again.
#[derive(Clone, Debug, Serialize)]
pub struct Capture {
    /// The payment.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Amount. Default: all that can be captured.
    pub amount: Option<Decimal>,
}

impl Verb for Capture {
    /// The payment.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CapturePayment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let now = unit.now();
        let mut account = Account::lock_of(unit, self.id).await?;
        check_takes_payments(&account.order).at(["id"])?;
        books::check_open(&account.settings, now)?;
        let most = account.capturable();
        let payment = account.payment(self.id)?;
        edit::check_version(self.expected_version, payment.row.version)?;
        check_open(payment.row.status).at(["id"])?;
        let most = ledger::capturable(&payment.row).min(most);
        if self.amount.is_none() && most.is_zero() && self.ask_again(unit, &account).await? {
            return Ok(self.id);
        }
        let payment = account.payment(self.id)?;
        let amount = self.amount.unwrap_or(most);
        if self.amount.is_some() {
            check_positive("amount", amount, &payment.row.currency)?;
        }
        if amount > most || amount.is_zero() {
            return Err(exceeded(amount, most, &payment.row.currency).at(["amount"]).into());
        }
        let number = payment.count(PaymentEntryKind::CaptureRequested, None) + 1;
        let key = format!("capture:{}:{number}", self.id);
        let request = NewEntry::of(PaymentEntryKind::CaptureRequested, amount);
        let request = payment.request(request, key.clone(), now);
        let is_done = is_immediate(&payment.row.provider);
        if is_done {
            let done = NewEntry { request: Some(request), ..NewEntry::of(PaymentEntryKind::Captured, amount) };
            payment.enter(done, News::own(now));
        }
        payment.record(unit, Self::OPERATION);
        account.save(unit).await?;
        if !is_done {
            let asked = Asked { payment: self.id, request, amount, key };
            follow_ups::capture(unit, &account, asked).await?;
        }
        Ok(self.id)
    }
}

impl Capture {
    /// Asks for captures that nobody is asked for any more; whether there are any.
    async fn ask_again(&self, unit: &mut UnitOfWork, account: &Account) -> Result<bool> {
        let concerns =
            |payment: Uuid, request: &Request| payment == self.id && request.kind == PaymentEntryKind::CaptureRequested;
        let asks = follow_ups::ask_again(unit, account, concerns).await?;
        if asks {
            unit.record(Self::OPERATION, "Payment", self.id, Json::Null, json!({ "askedAgain": true }));
        }
        Ok(asks)
    }
}

/// Refuses a payment by which no money can come in.
fn check_open(status: PaymentStatus) -> Result<(), Refusal> {
    match status {
        PaymentStatus::Voided | PaymentStatus::Failed => {
            let message = format!("the payment is {} and cannot be captured", state::name(&status));
            Err(state::refuse(status, PaymentStatus::Captured, message))
        }
        PaymentStatus::Pending | PaymentStatus::Authorized | PaymentStatus::Captured => Ok(()),
    }
}
