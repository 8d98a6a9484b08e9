//! The parcels of an order that another system sent. What was sent stays sent.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{fulfillment_lines, fulfillments, orders, sea_orm_active_enums::ParcelStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    given::{ExternalOrder, ExternalParcel},
    lines::Plan,
};
use crate::{
    Result, UnitOfWork,
    access::Operation,
    database::columns,
    edit::{self, check::invalid},
    events::EventKind,
    refusal::Refusal,
    settings::Settings,
    stock,
};

/// The most characters of a carrier's name.
const CARRIER: usize = 100;
/// The most characters of a number to follow a parcel by.
const NUMBER: usize = 255;
/// The most characters of a page to follow a parcel on.
const URL: usize = 2000;

/// The parcels of an order that are known by the other system's ids.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_id: HashMap<String, KnownParcel>,
}

/// A parcel that is known.
#[derive(Debug)]
struct KnownParcel {
    row: fulfillments::Model,
    /// How many pieces of which items it left with.
    pieces: HashMap<Uuid, i32>,
}

impl Known {
    /// Reads those of an order that is locked, so that nobody else changes them.
    pub(super) async fn read(unit: &UnitOfWork, order: Uuid, given: &ExternalOrder) -> Result<Self> {
        use fulfillments::Column::{Id, OrderId, ShopifyFulfillmentId};
        if given.parcels.is_empty() {
            return Ok(Self::default());
        }
        let found = fulfillments::Entity::find().filter(OrderId.eq(order)).filter(ShopifyFulfillmentId.is_not_null());
        let found = found.order_by_asc(Id).all(unit.txn().await?).await?;
        let mut sql = unit.sql();
        sql.push("SELECT l.fulfillment_id, l.order_item_id, l.quantity FROM fulfillment_lines AS l ");
        sql.push("JOIN fulfillments AS f ON f.id = l.fulfillment_id ");
        sql.push("WHERE f.shopify_fulfillment_id IS NOT NULL AND f.order_id = ").bind(order);
        let mut pieces: HashMap<Uuid, HashMap<Uuid, i32>> = HashMap::new();
        for row in unit.rows(sql).await? {
            let parcel = pieces.entry(row.try_get_by("fulfillment_id")?).or_default();
            parcel.insert(row.try_get_by("order_item_id")?, row.try_get_by("quantity")?);
        }
        let known = |row: fulfillments::Model| {
            let pieces = pieces.remove(&row.id).unwrap_or_default();
            Some((row.shopify_fulfillment_id.clone()?, KnownParcel { row, pieces }))
        };
        Ok(Self { by_id: found.into_iter().filter_map(known).collect() })
    }

    /// Refuses fewer pieces in a parcel than it left with.
    pub(super) fn check(&self, given: &ExternalOrder, plan: &Plan) -> Result<(), Refusal> {
        for parcel in given.parcels.iter().filter(|parcel| !parcel.lines.is_empty()) {
            let Some(known) = self.by_id.get(&parcel.shopify_id) else { continue };
            let told = contents(parcel);
            for (line, planned) in plan.items.iter().enumerate() {
                let was = known.of(planned.item.id);
                let is = told.get(&line).copied().unwrap_or_default();
                if is < was {
                    let (id, title) = (&parcel.shopify_id, &planned.item.title);
                    let message = format!("the parcel {id} has left with {was} of {title:?}, and cannot have {is} now");
                    return Err(invalid("fulfillments", message));
                }
            }
        }
        Ok(())
    }
}

impl KnownParcel {
    fn of(&self, item: Uuid) -> i32 {
        self.pieces.get(&item).copied().unwrap_or_default()
    }
}

/// Writes the parcels of an order: new ones with the pieces that leave now, and what became of those that are known,
/// which may have got more pieces.
pub(super) async fn write(
    unit: &mut UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    given: &ExternalOrder,
    (plan, known): (&Plan, &Known),
) -> Result<()> {
    let mut left: BTreeMap<usize, i32> = BTreeMap::new();
    for (line, planned) in plan.items.iter().enumerate().filter(|(_, planned)| planned.leaving > 0) {
        left.insert(line, planned.leaving);
    }
    if given.parcels.is_empty() && left.is_empty() {
        return Ok(());
    }
    let mut seen = HashSet::new();
    for parcel in given.parcels.iter().filter(|parcel| seen.insert(parcel.shopify_id.as_str())) {
        let mut told = contents(parcel);
        match known.by_id.get(&parcel.shopify_id) {
            Some(known) => {
                for (line, quantity) in &mut told {
                    *quantity -= plan.items.get(*line).map_or(0, |planned| known.of(planned.item.id));
                }
                let more = take(&mut left, told);
                grow(unit, known, plan, &more);
                follow(unit, known.row.clone(), parcel).await?;
            }
            None => {
                let contents = take(&mut left, told);
                add(unit, settings, order, plan, parcel, contents).await?;
            }
        }
    }
    let rest: Vec<(usize, i32)> = left.into_iter().filter(|(_, quantity)| *quantity > 0).collect();
    let unnamed = ExternalParcel {
        shopify_id: String::new(),
        shopify_location_id: None,
        carrier: None,
        tracking_number: None,
        tracking_url: None,
        shipped_at: given.sent_at.unwrap_or(given.placed_at),
        delivered_at: None,
        lines: Vec::new(),
    };
    add(unit, settings, order, plan, &unnamed, rest).await
}

/// The pieces of a parcel, those of a line together.
fn contents(parcel: &ExternalParcel) -> BTreeMap<usize, i32> {
    let mut contents: BTreeMap<usize, i32> = BTreeMap::new();
    for (line, quantity) in &parcel.lines {
        let sum = contents.entry(*line).or_default();
        *sum = sum.saturating_add(*quantity);
    }
    contents
}

/// Takes pieces from those that leave now, as far as there are any.
fn take(left: &mut BTreeMap<usize, i32>, wanted: BTreeMap<usize, i32>) -> Vec<(usize, i32)> {
    let mut taken = Vec::new();
    for (line, quantity) in wanted {
        let Some(left) = left.get_mut(&line) else { continue };
        let quantity = quantity.min(*left);
        if quantity > 0 {
            *left -= quantity;
            taken.push((line, quantity));
        }
    }
    taken
}

/// Adds pieces to a parcel that is known.
fn grow(unit: &UnitOfWork, known: &KnownParcel, plan: &Plan, more: &[(usize, i32)]) {
    let line = |(line, quantity): &(usize, i32)| {
        let order_item_id = plan.items.get(*line)?.item.id;
        Some(fulfillment_lines::Model {
            fulfillment_id: known.row.id,
            order_item_id,
            quantity: known.of(order_item_id).saturating_add(*quantity),
            created_at: unit.now().into(),
        })
    };
    let lines: Vec<fulfillment_lines::Model> = more.iter().filter_map(line).collect();
    if !lines.is_empty() {
        unit.write(|sql| {
            let columns = columns!(fulfillment_lines::Model: fulfillment_id, order_item_id, quantity, created_at);
            sql.insert("fulfillment_lines", &columns, &[], &lines);
            sql.push(" WHERE TRUE ON CONFLICT (fulfillment_id, order_item_id) ");
            sql.push("DO UPDATE SET quantity = excluded.quantity");
        });
    }
}

/// Writes what became of a parcel that is known. Its order is locked, so that nobody else changes it.
async fn follow(unit: &mut UnitOfWork, before: fulfillments::Model, parcel: &ExternalParcel) -> Result<()> {
    let mut after = before.clone();
    track(&mut after, parcel);
    edit::update(unit, Operation::ShipFulfillment, None, &before, after).await?;
    deliver(unit, before.id, parcel).await
}

/// Adds a parcel that has left, if there is anything in it.
async fn add(
    unit: &mut UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    plan: &Plan,
    parcel: &ExternalParcel,
    contents: Vec<(usize, i32)>,
) -> Result<()> {
    if contents.is_empty() {
        return Ok(());
    }
    let now = unit.now();
    let mut row = fulfillments::Model {
        id: Uuid::now_v7(),
        order_id: order.id,
        status: ParcelStatus::Preparing,
        location: stock::external::location(settings, parcel.shopify_location_id.as_deref()),
        carrier: None,
        tracking_number: None,
        tracking_url: None,
        shipped_at: None,
        delivered_at: None,
        shopify_fulfillment_id: Some(parcel.shopify_id.clone()).filter(|id| !id.is_empty()),
        version: 1,
        created_at: now.into(),
        updated_at: now.into(),
    };
    track(&mut row, parcel);
    edit::insert(unit, Operation::CreateFulfillment, row.clone()).await?;
    let line = |(line, quantity): &(usize, i32)| {
        Some(fulfillment_lines::Model {
            fulfillment_id: row.id,
            order_item_id: plan.items.get(*line)?.item.id,
            quantity: *quantity,
            created_at: now.into(),
        })
    };
    let lines: Vec<fulfillment_lines::Model> = contents.iter().filter_map(line).collect();
    unit.write(|sql| {
        let columns = columns!(fulfillment_lines::Model: fulfillment_id, order_item_id, quantity, created_at);
        sql.insert("fulfillment_lines", &columns, &[], &lines);
    });
    let (status, shipped_at) = (ParcelStatus::Shipped, Some(parcel.shipped_at.into()));
    let shipped = fulfillments::Model { status, shipped_at, ..row.clone() };
    edit::update(unit, Operation::ShipFulfillment, EventKind::FulfillmentShipped, &row, shipped).await?;
    deliver(unit, row.id, parcel).await
}

/// Notes that a parcel arrived.
async fn deliver(unit: &mut UnitOfWork, id: Uuid, parcel: &ExternalParcel) -> Result<()> {
    let Some(delivered_at) = parcel.delivered_at else { return Ok(()) };
    let before: fulfillments::Model = edit::lock(unit, id, None).await?;
    if before.status != ParcelStatus::Shipped {
        return Ok(());
    }
    let (status, delivered_at) = (ParcelStatus::Delivered, Some(delivered_at.into()));
    let after = fulfillments::Model { status, delivered_at, ..before.clone() };
    edit::update(unit, Operation::DeliverFulfillment, EventKind::FulfillmentDelivered, &before, after).await.map(drop)
}

/// Writes how a parcel is followed; what is too long is cut, and what is no page is left out.
fn track(row: &mut fulfillments::Model, parcel: &ExternalParcel) {
    let cut = |text: &Option<String>, most: usize| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
        Some(text.chars().take(most).collect::<String>())
    };
    let is_page = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    row.carrier = cut(&parcel.carrier, CARRIER).or(row.carrier.take());
    row.tracking_number = cut(&parcel.tracking_number, NUMBER).or(row.tracking_number.take());
    row.tracking_url = cut(&parcel.tracking_url, URL).filter(is_page).or(row.tracking_url.take());
}
