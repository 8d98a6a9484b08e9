//! The end of an order, as another system told it.

use entity::{orders, sea_orm_active_enums::OrderStatus};

use super::{given::ExternalEnd, lines::Plan};
use crate::{
    Result, UnitOfWork,
    access::Operation,
    events::EventKind,
    followup,
    orders::{
        confirm, fulfil,
        settle::{save, settle},
    },
    payments,
    settings::Settings,
};

/// Whether an order ends when the other system says so: not one of which pieces are out, whose money may have gone back
/// all the same.
pub(super) fn can_end(order: &orders::Model, plan: &Plan) -> bool {
    order.status != OrderStatus::Cancelled && plan.out() <= 0
}

/// Ends an order whose stock is free and whose money is entered. What of that did not go back is asked for.
pub(super) async fn end(
    unit: &mut UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    end: &ExternalEnd,
) -> Result<orders::Model> {
    fulfil::cancel_preparing(unit, Operation::CancelOrder, before.id).await?;
    let mut order = before.clone();
    order.status = OrderStatus::Cancelled;
    order.completed_at = None;
    order.cancelled_at = Some(end.at.into());
    order.cancel_reason.clone_from(&end.reason);
    order = save(unit, settings, before, order, Some(EventKind::OrderCancelled)).await?;
    payments::refund::request_everything(unit, &order, end.reason.as_deref()).await?;
    // After what makes tasks: that holds their agents, which are locked before tasks.
    followup::close(unit, &confirm::shipping_key(before.id)).await?;
    settle(unit, settings, before.id).await
}
