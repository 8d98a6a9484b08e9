//! A parcel that arrived.

use entity::{fulfillments, sea_orm_active_enums::ParcelStatus};
use serde::Serialize;
use uuid::Uuid;

use super::Parcel;
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::EventKind,
    orders::{
        part,
        state::{self, Act},
    },
    refusal::At,
    state as states,
};

/// Records that a parcel arrived.
#[derive(Clone, Debug, Serialize)]
pub struct Deliver {
    /// The parcel.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Deliver {
    type Outcome = Parcel;
    const OPERATION: Operation = Operation::DeliverFulfillment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Parcel> {
        let (order, before) =
            part::lock::<fulfillments::Model>(unit, self.id, self.expected_version).await.at(["id"])?;
        states::check(before.status, ParcelStatus::Delivered).at(["id"])?;
        state::check(&order, Act::Deliver).at(["id"])?;
        let delivered_at = Some(unit.now().into());
        let after = fulfillments::Model { status: ParcelStatus::Delivered, delivered_at, ..before.clone() };
        edit::update(unit, Self::OPERATION, EventKind::FulfillmentDelivered, &before, after).await?;
        Ok(Parcel { fulfillment: self.id, order: order.id })
    }
}
