//! What stands at a provider in total. What of it is not in the ledger is entered: observations that say the same add
//! nothing, in any order.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::{
    account::{Account, News},
    fact::{Fact, FactKind},
    report::{Reported, apply},
};
use crate::{Result, UnitOfWork, Verb, access::Operation, money::currency};

/// Says how much of a payment was authorized, captured or refunded in total.
#[derive(Clone, Debug, Serialize)]
pub struct Observe {
    /// The payment.
    pub id: Uuid,
    /// Of what.
    pub total_of: Total,
    /// How much.
    pub total: Decimal,
    /// The provider's id of what it told: the same one counts once.
    pub provider_event_id: Option<String>,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Total {
    /// All that was authorized and not voided.
    Authorized,
    /// All that came in.
    Captured,
    /// All that went back and stayed there.
    Refunded,
}

impl Verb for Observe {
    type Outcome = Reported;
    const OPERATION: Operation = Operation::ReportPayment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Reported> {
        let mut account = Account::lock_of(unit, self.id).await?;
        currency::check_amount("total", self.total, &account.order.currency)?;
        let news = News { at: self.occurred_at, event: self.provider_event_id.clone() };
        let applied = observe(unit, &mut account, self.id, (self.total_of, self.total), &news).await?;
        Ok(Reported { payment: self.id, order: account.order.id, applied })
    }
}

/// Enters what a total is above what is known of a payment; false if all of it is known. The total is an amount of the
/// order's currency.
pub(crate) async fn observe(
    unit: &mut UnitOfWork,
    account: &mut Account,
    payment: Uuid,
    (total_of, total): (Total, Decimal),
    news: &News,
) -> Result<bool> {
    let sums = account.payment(payment)?.sums();
    let (kind, known) = match total_of {
        Total::Authorized => (FactKind::Authorized, sums.authorized),
        Total::Captured => (FactKind::Captured, sums.captured),
        Total::Refunded => (FactKind::Refunded, sums.refunded),
    };
    if total <= known {
        return Ok(false);
    }
    let fact = Fact { kind, amount: Some(total - known), request: None };
    apply(unit, account, payment, &fact, news, None).await
}
