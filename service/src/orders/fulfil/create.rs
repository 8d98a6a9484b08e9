//! Packing a parcel.

use entity::{
    fulfillment_lines, fulfillments, orders,
    sea_orm_active_enums::{OrderStatus, ParcelStatus},
};
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
    database::columns,
    edit::{self, check},
    orders::{
        self as orders_service,
        pieces::{self, ItemQuantity},
        settle::save,
        state::{self, Act},
    },
    refusal::At,
    settings,
};

/// Packs a parcel of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// The order.
    pub order_id: Uuid,
    /// Where it leaves from.
    pub location: String,
    /// What is in it.
    pub lines: Vec<ItemQuantity>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number for it.
    pub tracking_number: Option<String>,
    /// Where the carrier says where it is.
    pub tracking_url: Option<String>,
    /// Whether it has left already.
    pub shipped: bool,
}

impl Verb for Create {
    type Outcome = Parcel;
    const OPERATION: Operation = Operation::CreateFulfillment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Parcel> {
        check::text("location", &self.location, check::NAME)?;
        let tracking = self.tracking();
        tracking.check()?;
        let order = orders_service::lock(unit, self.order_id).await.at(["orderId"])?;
        state::check(&order, Act::Fulfil).at(["orderId"])?;
        let items = orders_service::items(unit, order.id).await?;
        let contents = pieces::find(&items, &self.lines)?;
        let places = Places::read(unit, order.id, None, &contents).await?;
        for (index, (item, quantity)) in contents.iter().enumerate() {
            places.check_open(item, *quantity).under(["lines", &index.to_string()])?;
        }
        let mut parcel = self.row(unit);
        tracking.apply(&mut parcel);
        let fulfillment = edit::insert(unit, Self::OPERATION, parcel.clone()).await?;
        self.write_lines(unit, fulfillment);
        places.gather(unit, &contents, &self.location).await.at(["lines"])?;
        if self.shipped {
            send::send(unit, Self::OPERATION, &order, &parcel, parcel.clone(), &contents).await.at(["lines"])?;
        } else if order.status != OrderStatus::Processing {
            let settings = settings::load(unit).await?;
            let begun = orders::Model { status: OrderStatus::Processing, ..order.clone() };
            save(unit, &settings, &order, begun, None).await?;
        }
        Ok(Parcel { fulfillment, order: order.id })
    }
}

impl Create {
    fn tracking(&self) -> Tracking<'_> {
        Tracking {
            carrier: self.carrier.as_deref(),
            tracking_number: self.tracking_number.as_deref(),
            tracking_url: self.tracking_url.as_deref(),
        }
    }

    fn row(&self, unit: &UnitOfWork) -> fulfillments::Model {
        let now = unit.now().into();
        fulfillments::Model {
            id: Uuid::now_v7(),
            order_id: self.order_id,
            status: ParcelStatus::Preparing,
            location: self.location.clone(),
            carrier: None,
            tracking_number: None,
            tracking_url: None,
            shipped_at: None,
            delivered_at: None,
            shopify_fulfillment_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    fn write_lines(&self, unit: &UnitOfWork, fulfillment_id: Uuid) {
        let line = |line: &ItemQuantity| fulfillment_lines::Model {
            fulfillment_id,
            order_item_id: line.item_id,
            quantity: line.quantity,
            created_at: unit.now().into(),
        };
        let lines: Vec<fulfillment_lines::Model> = self.lines.iter().map(line).collect();
        unit.write(|sql| {
            let columns = columns!(fulfillment_lines::Model: fulfillment_id, order_item_id, quantity, created_at);
            sql.insert("fulfillment_lines", &columns, &[], &lines);
        });
    }
}
