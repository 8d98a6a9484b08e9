//! Asking again for what of a refund did not work.

use std::collections::BTreeSet;

use entity::{order_items, refunds, sea_orm_active_enums::RefundStatus};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    RefundOutcome,
    history::counts,
    progress::{self, Progress},
    request::ask,
    rows, spread,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    orders::items,
    payments::{account::Account, books, entry::Request, exceeded, follow_ups},
    refusal::Located,
    state,
};

/// Retries a refund: what of it failed is asked for again, else what nobody is asked for any more.
#[derive(Clone, Debug, Serialize)]
pub struct Retry {
    /// The refund.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// The payment that it comes from. Default: the oldest first.
    pub payment_id: Option<Uuid>,
}

impl Verb for Retry {
    type Outcome = RefundOutcome;
    const OPERATION: Operation = Operation::RetryRefund;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<RefundOutcome> {
        let (mut account, refund) = rows::lock_for_change(unit, self.id, self.expected_version).await?;
        let order = refund.order_id;
        if let Some(id) = self.payment_id
            && account.find(id).is_none()
        {
            return Err(Error::NotFound("payment of this order", id).located(["paymentId"]));
        }
        let progress = Progress::of(&account, self.id);
        let rest = progress.rest(refund.amount);
        if rest.is_zero() || refund.status == RefundStatus::Cancelled {
            self.ask_again(unit, &account, &refund, progress).await?;
            unit.record(Self::OPERATION, "Refund", self.id, Json::Null, json!({ "retriedAmount": progress.open }));
            return Ok(RefundOutcome { refund: self.id, order });
        }
        books::check_open(&account.settings, unit.now())?;
        if !counts(refund.status) {
            check_pieces(unit, &refund, &items(unit, order).await?).await?;
        }
        let sources = spread::sources(&account, self.payment_id);
        let parts = spread::spread(rest, &sources);
        let parts = parts.ok_or_else(|| exceeded(rest, spread::available(&sources), &refund.currency))?;
        let asked = ask(&mut account, self.id, &parts, unit.now())?;
        account.write(unit);
        progress::follow(unit, &account, BTreeSet::from([self.id])).await?;
        account.settle(unit).await?;
        for asked in asked {
            follow_ups::refund(unit, &account, self.id, asked).await?;
        }
        unit.record(Self::OPERATION, "Refund", self.id, Json::Null, json!({ "retriedAmount": rest }));
        Ok(RefundOutcome { refund: self.id, order })
    }
}

impl Retry {
    /// Asks for what nobody is asked for any more; refuses a refund of which there is nothing, and one that its provider
    /// has: it would be made twice.
    async fn ask_again(
        &self,
        unit: &mut UnitOfWork,
        account: &Account,
        refund: &refunds::Model,
        progress: Progress,
    ) -> Result<()> {
        let is_open = refund.status == RefundStatus::Pending;
        if let Some(id) = refund.external_id.as_ref().filter(|_| is_open && !progress.has_failed) {
            let message = format!("it is on its way at its provider as {id:?}: wait for what becomes of it there");
            return Err(state::refuse_in(refund.status, message).at(["id"]).into());
        }
        let concerns = |_: Uuid, request: &Request| request.refund == Some(self.id);
        match is_open && follow_ups::ask_again(unit, account, concerns).await? {
            true => Ok(()),
            false => Err(state::refuse_in(refund.status, "nothing of the refund has failed").at(["id"]).into()),
        }
    }
}

/// Refuses a refund whose pieces were refunded otherwise meanwhile.
async fn check_pieces(unit: &UnitOfWork, refund: &refunds::Model, items: &[order_items::Model]) -> Result<()> {
    for line in rows::lines(unit, [refund.id]).await? {
        let fits = |item: &order_items::Model| item.refunded_quantity + line.quantity <= item.quantity;
        if !items.iter().filter(|item| item.id == line.order_item_id).all(fits) {
            let message = "its pieces were refunded by another refund in the meantime";
            return Err(state::refuse_in(refund.status, message).at(["id"]).into());
        }
    }
    Ok(())
}
