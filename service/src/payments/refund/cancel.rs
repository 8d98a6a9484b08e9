//! Withdrawing a refund before an agent works on it.

use std::collections::BTreeSet;

use entity::sea_orm_active_enums::{OrderStatus, PaymentEntryKind, RefundStatus};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    RefundOutcome,
    progress::{self, Progress},
    rows,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    followup,
    payments::{account::News, entry::NewEntry, ledger},
    refusal::At,
    state,
};

/// Cancels a refund. The pieces that it cancelled or brought back stay so.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// The refund.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Cancel {
    type Outcome = RefundOutcome;
    const OPERATION: Operation = Operation::CancelRefund;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<RefundOutcome> {
        let (mut account, refund) = rows::lock_for_change(unit, self.id, self.expected_version).await?;
        state::check(refund.status, RefundStatus::Cancelled).at(["id"])?;
        let refuse = |message: &str| state::refuse(refund.status, RefundStatus::Cancelled, message).at(["id"]);
        if account.order.status == OrderStatus::Cancelled {
            return Err(refuse("the refund of a cancelled order cannot be cancelled").into());
        }
        let progress = Progress::of(&account, self.id);
        if progress.refunded > Decimal::ZERO {
            return Err(refuse("a part of it was paid out already").into());
        }
        let mut keys = Vec::new();
        for payment in &mut account.payments {
            let requests: Vec<_> =
                ledger::open_requests(payment.entries()).filter(|request| request.refund == Some(self.id)).collect();
            for request in requests {
                let withdrawn = NewEntry::answering(PaymentEntryKind::RefundCancelled, request.open, &request);
                payment.enter(withdrawn, News::own(unit.now()));
                keys.push(request.key);
            }
        }
        for key in keys {
            if !followup::withdraw(unit, &key).await? {
                return Err(refuse("an agent already works on it").into());
            }
        }
        account.write(unit);
        progress::follow(unit, &account, BTreeSet::from([self.id])).await?;
        account.settle(unit).await?;
        let [was, is] =
            [refund.status, RefundStatus::Cancelled].map(|status| json!({ "status": state::name(&status) }));
        unit.record(Self::OPERATION, "Refund", self.id, was, is);
        Ok(RefundOutcome { refund: self.id, order: refund.order_id })
    }
}
