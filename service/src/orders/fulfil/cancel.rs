//! Unpacking parcels that have not left.

use entity::{fulfillments, sea_orm_active_enums::ParcelStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use uuid::Uuid;

use super::Parcel;
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, orders::part, refusal::At, state};

/// Cancels a parcel that has not left. Its pieces are kept for the order as before.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// The parcel.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Cancel {
    type Outcome = Parcel;
    const OPERATION: Operation = Operation::CancelFulfillment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Parcel> {
        let (order, before) =
            part::lock::<fulfillments::Model>(unit, self.id, self.expected_version).await.at(["id"])?;
        state::check(before.status, ParcelStatus::Cancelled).at(["id"])?;
        cancel(unit, Self::OPERATION, before).await?;
        Ok(Parcel { fulfillment: self.id, order: order.id })
    }
}

/// Cancels the parcels of an order that have not left, as a part of an operation. The order is locked.
pub(crate) async fn cancel_preparing(unit: &mut UnitOfWork, operation: Operation, order_id: Uuid) -> Result<()> {
    use fulfillments::Column::{Id, OrderId, Status};
    let of_order = fulfillments::Entity::find().filter(OrderId.eq(order_id));
    let found = of_order.filter(Status.eq(ParcelStatus::Preparing)).order_by_asc(Id);
    let found = found.lock_exclusive().all(unit.txn().await?).await?;
    for before in found {
        cancel(unit, operation, before).await?;
    }
    Ok(())
}

async fn cancel(unit: &mut UnitOfWork, operation: Operation, before: fulfillments::Model) -> Result<()> {
    let after = fulfillments::Model { status: ParcelStatus::Cancelled, ..before.clone() };
    edit::update(unit, operation, EventKind::FulfillmentCancelled, &before, after).await.map(drop)
}
