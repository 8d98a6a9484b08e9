//! What becomes of pieces that are refunded: those that have not shipped are free again, those that came back go into
//! stock, each once, also if the money has to be asked for again.

use std::collections::HashMap;

use entity::{
    order_items, orders, refunds,
    sea_orm_active_enums::{OrderStatus, ParcelStatus},
};
use uuid::Uuid;

use super::history::History;
use crate::{
    Result, UnitOfWork,
    database::columns,
    settings::Settings,
    stock::{self, Back},
};

/// What becomes of pieces of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Goods {
    /// The item.
    pub(super) item: Uuid,
    /// How many will not ship.
    pub(super) cancelled: i32,
    /// How many go into stock.
    pub(super) restocked: i32,
    /// How many of the item have come back by then.
    pub(super) returned: i32,
}

/// Where the pieces of an order's items are.
#[derive(Clone, Debug, Default)]
pub(super) struct Whereabouts {
    /// In parcels that are being prepared.
    preparing: HashMap<Uuid, i32>,
    /// Back in stock by returns.
    restocked: HashMap<Uuid, i32>,
}

/// Reads where they are. The order is locked.
pub(super) async fn read(unit: &UnitOfWork, order: Uuid) -> Result<Whereabouts> {
    let mut sql = unit.sql();
    sql.push("SELECT l.order_item_id AS id, SUM(l.quantity) AS pieces, TRUE AS goes FROM fulfillments AS f ");
    sql.push("JOIN fulfillment_lines AS l ON l.fulfillment_id = f.id WHERE f.order_id = ").bind(order);
    sql.push(" AND f.status = ").literal(&ParcelStatus::Preparing);
    sql.push(" GROUP BY l.order_item_id UNION ALL SELECT l.order_item_id, SUM(l.restocked_quantity), FALSE ");
    sql.push("FROM returns AS t JOIN return_lines AS l ON l.return_id = t.id WHERE t.order_id = ").bind(order);
    sql.push(" GROUP BY l.order_item_id");
    let mut whereabouts = Whereabouts::default();
    for row in unit.rows(sql).await? {
        let (id, pieces): (Uuid, i64) = (row.try_get_by("id")?, row.try_get_by("pieces")?);
        let goes: bool = row.try_get_by("goes")?;
        let pieces = i32::try_from(pieces).unwrap_or(i32::MAX);
        let places = if goes { &mut whereabouts.preparing } else { &mut whereabouts.restocked };
        places.insert(id, pieces);
    }
    Ok(whereabouts)
}

impl Whereabouts {
    /// The pieces of an item that have not shipped and are in no parcel.
    pub(super) fn unshipped(&self, item: &order_items::Model) -> i32 {
        let preparing = self.preparing.get(&item.id).copied().unwrap_or_default();
        (item.quantity - item.cancelled_quantity - item.fulfilled_quantity - preparing).max(0)
    }

    /// Takes pieces of an item off what will ship, less those that will not already and wait for their money.
    pub(super) fn cancel(&self, item: &order_items::Model, pieces: i32, past: &History) -> Goods {
        let cancelled = pieces - pieces.min(waiting_for_money(item, past));
        Goods { item: item.id, cancelled, restocked: 0, returned: item.returned_quantity }
    }

    /// The pieces of an item that can be refunded as ones that will not ship.
    pub(super) fn cancellable(&self, item: &order_items::Model, past: &History) -> i32 {
        self.unshipped(item).saturating_add(waiting_for_money(item, past))
    }

    /// Puts pieces of an item into stock that came back, less those that are there already: of the pieces that are in stock
    /// again, those are refunded first that a return brought, or a refund that came to nothing.
    pub(super) fn bring_back(&self, item: &order_items::Model, pieces: i32, past: &History) -> Goods {
        let past = past.items.get(&item.id).copied().unwrap_or_default();
        let by_others = self.restocked.get(&item.id).copied().unwrap_or_default().saturating_add(past.unrefunded);
        let by_refunds = past.restocked;
        let restocked = restocked(&Came { by_others, by_refunds, refunded: item.refunded_quantity }, pieces)
            .min(item.fulfilled_quantity - by_others - by_refunds)
            .max(0);
        let returned = item.returned_quantity.max(by_others + by_refunds + restocked);
        Goods { item: item.id, cancelled: 0, restocked, returned }
    }
}

/// How many pieces of an item will not ship and were not refunded: their refund came to nothing.
fn waiting_for_money(item: &order_items::Model, past: &History) -> i32 {
    let came_back = past.items.get(&item.id).map_or(0, |past| past.restocked);
    (item.cancelled_quantity - (item.refunded_quantity - came_back).max(0)).max(0)
}

/// The pieces of an item that came back before.
struct Came {
    /// By returns, and by refunds that came to nothing.
    by_others: i32,
    by_refunds: i32,
    /// All that were refunded, whether they came back or not.
    refunded: i32,
}

/// How many of the pieces that are refunded now are not in stock yet.
fn restocked(came: &Came, pieces: i32) -> i32 {
    let refunded_of_others = (came.refunded - came.by_refunds).max(0);
    let waiting = (came.by_others - refunded_of_others).max(0);
    pieces - pieces.min(waiting)
}

/// What becomes of all pieces of an order that have not shipped: they will not. Those of one that was cancelled are free
/// already.
pub(super) fn cancel_unshipped(
    order: &orders::Model,
    items: &[order_items::Model],
    whereabouts: &Whereabouts,
) -> Vec<Goods> {
    if order.status == OrderStatus::Cancelled {
        return Vec::new();
    }
    let goods = |item: &order_items::Model| Goods {
        item: item.id,
        cancelled: whereabouts.unshipped(item),
        restocked: 0,
        returned: item.returned_quantity,
    };
    items.iter().map(goods).filter(|goods| goods.cancelled > 0).collect()
}

/// Writes the counts of items.
pub(super) fn write_items<'a>(unit: &UnitOfWork, items: impl Iterator<Item = &'a order_items::Model>) {
    let changed = |item: &order_items::Model| order_items::Model {
        version: item.version + 1,
        updated_at: unit.now().into(),
        ..item.clone()
    };
    let items: Vec<order_items::Model> = items.map(changed).collect();
    if items.is_empty() {
        return;
    }
    unit.write(|sql| {
        let columns = columns!(order_items::Model:
            id,
            cancelled_quantity,
            returned_quantity,
            refunded_quantity,
            version,
            updated_at,
        );
        sql.update("order_items", &columns, &[], &items);
    });
}

/// Moves the pieces in stock, those of `refund`.
pub(super) async fn move_stock(
    unit: &mut UnitOfWork,
    settings: &Settings,
    refund: &refunds::Model,
    items: &[order_items::Model],
    goods: &[Goods],
) -> Result<()> {
    let free: Vec<(Uuid, i32)> =
        goods.iter().filter(|goods| goods.cancelled > 0).map(|goods| (goods.item, goods.cancelled)).collect();
    if !free.is_empty() {
        let moved = items.iter().filter(|item| goods.iter().any(|goods| goods.item == item.id));
        stock::lock_first(unit, &moved.collect::<Vec<_>>()).await?;
        stock::release(unit, &free).await?;
    }
    let location = settings.locations.first().cloned().unwrap_or_default();
    let back = |goods: &Goods| {
        let item = items.iter().find(|item| item.id == goods.item)?;
        let variant_id = item.product_variant_id?;
        let (order_item_id, quantity) = (item.id, goods.restocked);
        Some(Back { order_item_id, variant_id, quantity, location: location.clone() })
    };
    let backs: Vec<Back> = goods.iter().filter(|goods| goods.restocked > 0).filter_map(back).collect();
    if !backs.is_empty() {
        stock::take_back(unit, refund.order_id, &backs, &format!("refund:{}", refund.id)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_return_brought_back_is_not_brought_back_again() {
        for (by_others, by_refunds, refunded, pieces, expected) in [
            // Nothing came back yet.
            (0, 0, 0, 2, 2),
            // A return has brought them, or a refund that failed.
            (2, 0, 0, 2, 0),
            (1, 0, 0, 2, 1),
            // The one that it brought was refunded.
            (1, 0, 1, 1, 1),
            // Those that were refunded came by themselves.
            (1, 1, 1, 1, 0),
            (2, 1, 2, 2, 1),
        ] {
            let came = Came { by_others, by_refunds, refunded };
            assert_eq!(restocked(&came, pieces), expected, "{by_others} {by_refunds} {refunded} {pieces}");
        }
    }
}
