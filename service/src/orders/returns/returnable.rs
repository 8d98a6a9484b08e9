//! Which pieces of an order can come back: those that were shipped and are not coming back already, within some days of
//! their delivery.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    order_items, orders,
    sea_orm_active_enums::{ParcelStatus, ReturnStatus},
};
use uuid::Uuid;

use super::window::{Back, Sent, in_time};
use crate::{
    Result, UnitOfWork,
    orders::pieces::check_most,
    refusal::{Code, Refusal},
};

/// What is known of the pieces of each item of an order.
#[derive(Debug)]
pub(super) struct Returnable {
    pieces: HashMap<Uuid, Pieces>,
    /// When pieces were delivered of which no parcel is known.
    ended_at: Option<DateTime<Utc>>,
    window_days: i32,
    now: DateTime<Utc>,
}

/// The pieces of an item.
#[derive(Clone, Debug, Default)]
struct Pieces {
    /// In parcels that left.
    sent: Vec<Sent>,
    /// In returns.
    back: Vec<Back>,
    /// Those of them that are still to come.
    coming: i32,
}

impl Returnable {
    /// Reads it. The order is locked.
    pub(super) async fn read(unit: &UnitOfWork, order: &orders::Model, window_days: i32) -> Result<Self> {
        let mut sql = unit.sql();
        sql.push("SELECT l.order_item_id AS id, f.delivered_at AS moment, l.quantity AS pieces, 0 AS received, ");
        sql.push("TRUE AS is_sent FROM fulfillments AS f JOIN fulfillment_lines AS l ON l.fulfillment_id = f.id ");
        sql.push("WHERE f.order_id = ").bind(order.id);
        sql.push(" AND f.status").is_one_of(&[ParcelStatus::Shipped, ParcelStatus::Delivered]);
        sql.push(" UNION ALL SELECT l.order_item_id, t.created_at, CASE WHEN t.status");
        sql.is_one_of(&[ReturnStatus::Requested, ReturnStatus::Approved]);
        sql.push(" THEN l.quantity ELSE l.received_quantity END, l.received_quantity, FALSE ");
        sql.push("FROM returns AS t JOIN return_lines AS l ON l.return_id = t.id WHERE t.order_id = ").bind(order.id);
        let mut pieces: HashMap<Uuid, Pieces> = HashMap::new();
        for row in unit.rows(sql).await? {
            let of_item = pieces.entry(row.try_get_by("id")?).or_default();
            let moment: Option<DateTime<Utc>> = row.try_get_by("moment")?;
            let (count, received): (i32, i32) = (row.try_get_by("pieces")?, row.try_get_by("received")?);
            match (row.try_get_by::<bool, _>("is_sent")?, moment) {
                (true, delivered_at) => of_item.sent.push(Sent { delivered_at, pieces: count }),
                (false, asked_at) => of_item.add(asked_at.unwrap_or(unit.now()), count, received),
            }
        }
        let ended_at = order.completed_at.map(|time| time.to_utc());
        Ok(Self { pieces, ended_at, window_days, now: unit.now() })
    }

    /// Refuses pieces of an item that cannot come back; late ones may, where the caller decides so.
    pub(super) fn check(&self, item: &order_items::Model, quantity: i32, may_be_late: bool) -> Result<(), Refusal> {
        let pieces = self.pieces.get(&item.id).cloned().unwrap_or_default();
        let left = (item.fulfilled_quantity - item.returned_quantity).saturating_sub(pieces.coming);
        check_most(item, quantity, left.max(0), "were shipped and are not coming back already")?;
        if may_be_late || quantity <= self.in_time(item, pieces) {
            return Ok(());
        }
        let days = self.window_days;
        let message = format!("pieces of {:?} can be returned within {days} days of their delivery", item.title);
        Err(Refusal::new(Code::DeadlinePassed, message).at(["quantity"]))
    }

    /// The pieces of an item that are neither late nor coming back.
    fn in_time(&self, item: &order_items::Model, pieces: Pieces) -> i32 {
        let Pieces { mut sent, back, coming } = pieces;
        let known = sent.iter().fold(0_i32, |sum, sent| sum.saturating_add(sent.pieces));
        sent.push(Sent { delivered_at: self.ended_at, pieces: item.fulfilled_quantity.saturating_sub(known).max(0) });
        let returned = back.iter().fold(0_i32, |sum, back| sum.saturating_add(back.pieces)).saturating_sub(coming);
        let by_refunds = item.returned_quantity.saturating_sub(returned).max(0);
        in_time(sent, back, by_refunds, TimeDelta::days(self.window_days.into()), self.now)
    }
}

impl Pieces {
    fn add(&mut self, asked_at: DateTime<Utc>, pieces: i32, received: i32) {
        self.back.push(Back { asked_at, pieces });
        self.coming = self.coming.saturating_add(pieces.saturating_sub(received));
    }
}
