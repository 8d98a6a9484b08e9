//! Sending a parcel that is packed.

use std::collections::HashMap;

use entity::{fulfillment_lines, fulfillments, order_items, sea_orm_active_enums::ParcelStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Parcel,
    places::Places,
    send::{self, Tracking},
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    orders::{
        items, part,
        state::{self, Act},
    },
    refusal::At,
    state as states,
};

/// Ships a parcel: it has left.
#[derive(Clone, Debug, Serialize)]
pub struct Ship {
    /// The parcel.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number for it.
    pub tracking_number: Option<String>,
    /// Where the carrier says where it is.
    pub tracking_url: Option<String>,
}

impl Verb for Ship {
    type Outcome = Parcel;
    const OPERATION: Operation = Operation::ShipFulfillment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Parcel> {
        let tracking = Tracking {
            carrier: self.carrier.as_deref(),
            tracking_number: self.tracking_number.as_deref(),
            tracking_url: self.tracking_url.as_deref(),
        };
        tracking.check()?;
        let (order, before) =
            part::lock::<fulfillments::Model>(unit, self.id, self.expected_version).await.at(["id"])?;
        states::check(before.status, ParcelStatus::Shipped).at(["id"])?;
        state::check(&order, Act::Ship).at(["id"])?;
        let items = items(unit, order.id).await?;
        let contents = contents(unit, self.id, &items).await?;
        let places = Places::read(unit, order.id, Some(self.id), &contents).await?;
        for (item, quantity) in &contents {
            places.check_open(item, *quantity).map_err(|refusal| refusal.at(["id"]))?;
        }
        places.gather(unit, &contents, &before.location).await.at(["id"])?;
        let mut parcel = before.clone();
        tracking.apply(&mut parcel);
        send::send(unit, Self::OPERATION, &order, &before, parcel, &contents).await.at(["id"])?;
        Ok(Parcel { fulfillment: self.id, order: order.id })
    }
}

/// What is in a parcel.
async fn contents<'a>(
    unit: &UnitOfWork,
    parcel: Uuid,
    items: &'a [order_items::Model],
) -> Result<Vec<(&'a order_items::Model, i32)>> {
    let lines = fulfillment_lines::Entity::find().filter(fulfillment_lines::Column::FulfillmentId.eq(parcel));
    let lines = lines.all(unit.txn().await?).await?;
    let pieces: HashMap<Uuid, i32> = lines.iter().map(|line| (line.order_item_id, line.quantity)).collect();
    Ok(items.iter().filter_map(|item| Some((item, *pieces.get(&item.id)?))).collect())
}
