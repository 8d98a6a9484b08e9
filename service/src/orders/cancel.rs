//! Ending an order before anything of it has left.

use entity::{orders, sea_orm_active_enums::OrderStatus};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    confirm, fulfil,
    settle::{save, settle},
    state::{self, Act, Verdict},
    sums, uses,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    authority::{self, Limit},
    edit::{self, check},
    events::EventKind,
    followup,
    payments::{self, books},
    refusal::At,
    settings::{self, Settings},
    stock,
};

/// The reason of orders whose time was over.
pub(super) const EXPIRED: &str = "expired";

/// The most characters of a reason.
const REASON: usize = 50;

/// Cancels an order of which nothing has shipped.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// The order.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Why, in a word or two.
    pub reason: Option<String>,
    /// Whether its pieces are free again; else they are gone.
    pub restock: bool,
    /// The approval of the refund.
    pub approval_id: Option<Uuid>,
}

/// What became of an order that was cancelled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cancelled {
    /// The order.
    pub order: Uuid,
    /// The refunds that were requested.
    pub refunds: Vec<Uuid>,
}

impl Verb for Cancel {
    type Outcome = Cancelled;
    const OPERATION: Operation = Operation::CancelOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Cancelled> {
        if let Some(reason) = &self.reason {
            check::text("reason", reason, REASON)?;
            if reason.trim() == EXPIRED {
                return Err(
                    check::invalid("reason", format!("the reason {EXPIRED:?} is reserved for the server")).into()
                );
            }
        }
        let before = super::lock(unit, self.id).await.at(["id"])?;
        edit::check_version(self.expected_version, before.version)?;
        if state::check(&before, Act::Cancel).at(["id"])? == Verdict::Same {
            return Ok(Cancelled { order: self.id, refunds: Vec::new() });
        }
        let settings = settings::load(unit).await?;
        self.check_authority(unit, &settings, &before).await?;
        let (order, refunds) = end(unit, &settings, &before, self.reason.as_deref(), self.restock).await?;
        let was = edit::changes(Some(&order), &before);
        unit.record(Self::OPERATION, "Order", self.id, was, edit::changes(Some(&before), &order));
        Ok(Cancelled { order: self.id, refunds })
    }
}

impl Cancel {
    /// Refuses to give back more than the agent may.
    async fn check_authority(&self, unit: &UnitOfWork, settings: &Settings, order: &orders::Model) -> Result<()> {
        let (money, _) = sums::read(unit, self.id).await?;
        let asked = books::in_report_currency(settings, order, money.refundable());
        authority::check(unit, None, Limit::Refund, asked, self.approval_id, ("Order", self.id)).await
    }
}

/// Ends an order that is locked: its stock is free, authorisations are voided, all that was captured is to go back. What
/// it used of discounts is given back if nothing was captured, or its time was over.
pub(super) async fn end(
    unit: &mut UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    reason: Option<&str>,
    restock: bool,
) -> Result<(orders::Model, Vec<Uuid>)> {
    let (id, is_draft) = (before.id, before.status == OrderStatus::Draft);
    if !is_draft {
        fulfil::cancel_preparing(unit, Operation::CancelOrder, id).await?;
    }
    match restock || is_draft {
        true => stock::release_order(unit, id).await?,
        false => stock::write_off(unit, id, &format!("cancel:{id}")).await?,
    }
    if !is_draft && (before.captured_amount.is_zero() || reason == Some(EXPIRED)) {
        uses::give_back(unit, id).await?;
    }
    let mut order = before.clone();
    order.status = OrderStatus::Cancelled;
    order.cancelled_at = Some(unit.now().into());
    order.cancel_reason = reason.map(|reason| reason.trim().to_owned());
    order = save(unit, settings, before, order, Some(EventKind::OrderCancelled)).await?;
    if is_draft {
        return Ok((order, Vec::new()));
    }
    payments::void::void_open(unit, id).await?;
    let refunds = payments::refund::request_everything(unit, &order, reason).await?;
    // After what makes tasks: that holds their agents, which are locked before tasks.
    followup::close(unit, &confirm::shipping_key(id)).await?;
    Ok((settle(unit, settings, id).await?, refunds))
}
