//! What happens when a parcel leaves.

use entity::{
    fulfillments, order_items, orders,
    sea_orm_active_enums::{OrderStatus, ParcelStatus},
};

use crate::{
    Result, UnitOfWork,
    access::Operation,
    edit::{self, check},
    events::EventKind,
    orders::{lines::touch, rows, settle::save},
    refusal::Refusal,
    settings,
    stock::{self, Leaving},
};

/// The most characters of a carrier's name.
const CARRIER: usize = 100;
/// The most characters of the address where a carrier says where a parcel is.
const URL: usize = 2000;

/// How a carrier finds a parcel; what is not said stays as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tracking<'a> {
    /// Who carries it.
    pub(super) carrier: Option<&'a str>,
    /// The carrier's number for it.
    pub(super) tracking_number: Option<&'a str>,
    /// Where the carrier says where it is.
    pub(super) tracking_url: Option<&'a str>,
}

impl Tracking<'_> {
    /// Refuses blank and long texts.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        for (field, text, most) in [
            ("carrier", self.carrier, CARRIER),
            ("trackingNumber", self.tracking_number, check::NAME),
            ("trackingUrl", self.tracking_url, URL),
        ] {
            if let Some(text) = text {
                check::text(field, text, most)?;
            }
        }
        let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        match self.tracking_url.is_none_or(is_web) {
            true => Ok(()),
            false => Err(Refusal::invalid("trackingUrl", "`trackingUrl` does not begin with https:// or http://")),
        }
    }

    /// Writes it into a parcel.
    pub(super) fn apply(&self, parcel: &mut fulfillments::Model) {
        for (place, text) in [
            (&mut parcel.carrier, self.carrier),
            (&mut parcel.tracking_number, self.tracking_number),
            (&mut parcel.tracking_url, self.tracking_url),
        ] {
            if let Some(text) = text {
                *place = Some(text.to_owned());
            }
        }
    }
}

/// Ships a parcel whose order is locked and whose pieces are kept where it leaves from: they are off stock, and count
/// as shipped.
pub(super) async fn send(
    unit: &mut UnitOfWork,
    operation: Operation,
    order: &orders::Model,
    before: &fulfillments::Model,
    mut parcel: fulfillments::Model,
    contents: &[(&order_items::Model, i32)],
) -> Result<()> {
    parcel.status = ParcelStatus::Shipped;
    parcel.shipped_at = Some(unit.now().into());
    edit::update(unit, operation, EventKind::FulfillmentShipped, before, parcel).await?;
    let leaving = |(item, quantity): &(&order_items::Model, i32)| Leaving {
        order_item_id: item.id,
        variant_id: item.product_variant_id,
        quantity: *quantity,
    };
    let leaving: Vec<Leaving> = contents.iter().map(leaving).collect();
    stock::ship(unit, order.id, &before.location, &leaving, &format!("ship:{}", before.id)).await?;
    let shipped = |(item, quantity): &(&order_items::Model, i32)| {
        let mut item = (*item).clone();
        item.fulfilled_quantity = item.fulfilled_quantity.saturating_add(*quantity);
        touch(unit, &mut item);
        item
    };
    let items: Vec<order_items::Model> = contents.iter().map(shipped).collect();
    rows::update_items(unit, &items);
    let settings = settings::load(unit).await?;
    let begun = orders::Model { status: OrderStatus::Processing, ..order.clone() };
    save(unit, &settings, order, begun, None).await.map(drop)
}
