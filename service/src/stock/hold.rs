//! Keeping pieces for a while.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use entity::sea_orm_active_enums::ReservationStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Demand,
    plan::plan,
    release::give_back,
    reservation::{Reservation, Reservations},
    shelves::Shelves,
};
use crate::{
    Error, Result, UnitOfWork,
    events::EventKind,
    refusal::{Code, Refusal},
    settings::Settings,
};

/// Pieces that are kept until a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Held {
    /// The hold.
    pub hold_id: Uuid,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// The rows that keep them.
    pub reservations: Vec<Uuid>,
}

/// Whose pieces are kept.
#[derive(Clone, Copy, Debug, Default)]
struct Holder<'a> {
    /// The caller's name of a basket.
    reference: Option<&'a str>,
    /// A draft order.
    order_id: Option<Uuid>,
}

/// Keeps all the pieces that lines want, or none (INSUFFICIENT_STOCK), for a basket of the caller. There is nothing to
/// keep of variants whose stock is not kept.
pub(crate) async fn hold(
    unit: &mut UnitOfWork,
    settings: &Settings,
    demands: &[Demand],
    ttl: TimeDelta,
    reference: Option<&str>,
) -> Result<Held> {
    keep(unit, settings, demands, ttl, Holder { reference, order_id: None }).await
}

/// The same for a draft order, whose row must be there, or be written in the same batch before.
pub(crate) async fn hold_for_order(
    unit: &mut UnitOfWork,
    settings: &Settings,
    demands: &[Demand],
    ttl: TimeDelta,
    order_id: Uuid,
) -> Result<Held> {
    keep(unit, settings, demands, ttl, Holder { reference: None, order_id: Some(order_id) }).await
}

async fn keep(
    unit: &mut UnitOfWork,
    settings: &Settings,
    demands: &[Demand],
    ttl: TimeDelta,
    holder: Holder<'_>,
) -> Result<Held> {
    let (hold_id, now) = (Uuid::now_v7(), unit.now());
    let expires_at = now.checked_add_signed(ttl).unwrap_or(now);
    let mut shelves = Shelves::lock(unit, demands.iter().map(|demand| demand.variant_id)).await?;
    let mut rows = Vec::new();
    let mut quantities: BTreeMap<Uuid, i64> = BTreeMap::new();
    for taken in plan(&mut shelves, &settings.locations, demands, false)? {
        let Some(level) = taken.inventory_id else { continue };
        *quantities.entry(level).or_default() += i64::from(taken.quantity);
        rows.push(Reservation {
            id: Uuid::now_v7(),
            hold_id,
            product_variant_id: taken.variant_id,
            inventory_id: Some(level),
            order_id: holder.order_id,
            order_item_id: None,
            quantity: taken.quantity,
            status: ReservationStatus::Held,
            expires_at: Some(expires_at),
            reference: holder.reference.map(str::to_owned),
            created_at: now,
        });
    }
    for (level, quantity) in quantities {
        let more = json!({
            "holdId": hold_id,
            "quantity": quantity,
            "expiresAt": expires_at,
            "orderId": holder.order_id,
        });
        shelves.tell(level, EventKind::StockHeld, more);
    }
    let reservations = rows.iter().map(|row| row.id).collect();
    shelves.keep(Reservations::new(rows));
    shelves.save(unit).await?;
    Ok(Held { hold_id, expires_at, reservations })
}

/// The hold that a draft order still has.
pub(crate) async fn hold_of_order(unit: &UnitOfWork, order_id: Uuid) -> Result<Option<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT hold_id AS id FROM stock_reservations WHERE order_id = ").bind(order_id);
    sql.push(" AND status = ").literal(&ReservationStatus::Held).push(" LIMIT 1");
    let found: Vec<Uuid> = unit.ids(sql).await?;
    Ok(found.first().copied())
}

/// Keeps the pieces of a hold for so long from now. Refused: HOLD_GONE, NOT_FOUND.
pub(super) async fn extend(unit: &UnitOfWork, hold_id: Uuid, ttl: TimeDelta) -> Result<Held> {
    let mut held = lock(unit, hold_id, None).await?;
    let expires_at = unit.now().checked_add_signed(ttl).unwrap_or(unit.now());
    for place in 0..held.rows().len() {
        held.change(place, i32::MAX, |row| row.expires_at = Some(expires_at));
    }
    held.write(unit);
    Ok(Held { hold_id, expires_at, reservations: held.rows().iter().map(|row| row.id).collect() })
}

/// Gives back what a hold keeps; its rows. Refused: HOLD_GONE, NOT_FOUND.
pub(crate) async fn release_hold(unit: &mut UnitOfWork, hold_id: Uuid) -> Result<Vec<Uuid>> {
    let held = lock(unit, hold_id, None).await?;
    let ids = held.rows().iter().map(|row| row.id).collect();
    give_back(unit, held, None, ReservationStatus::Released).await?;
    Ok(ids)
}

/// Holds that are locked for several calls at once. Each is given out once: it is another one after that.
struct Known(HashMap<Uuid, Reservations>);

/// Locks what holds keep that are not those of draft orders, for calls that follow in this unit; the variants of it.
pub(super) async fn lock_ahead(unit: &UnitOfWork, holds: &[Uuid]) -> Result<Vec<Uuid>> {
    if holds.is_empty() {
        return Ok(Vec::new());
    }
    let held = Reservations::lock(unit, |sql| {
        sql.push("r.hold_id").is_any(holds).push(" AND r.status = ").literal(&ReservationStatus::Held);
        sql.push(" AND r.order_id IS NULL");
    })
    .await?;
    let variants = held.rows().iter().map(|row| row.product_variant_id).collect();
    unit.memory().keep(Known(held.by_hold()));
    Ok(variants)
}

/// Locks what a hold keeps, also when it has lapsed and nobody ended it yet. Refused if there is nothing any more, if it
/// is that of another draft order than `draft`, or if there is no such hold.
pub(super) async fn lock(unit: &UnitOfWork, hold_id: Uuid, draft: Option<Uuid>) -> Result<Reservations> {
    if let Some(held) = unit.memory().of(|known: &mut Known| known.0.remove(&hold_id)).flatten() {
        return Ok(held);
    }
    let held = Reservations::lock(unit, |sql| {
        sql.push("r.hold_id = ").bind(hold_id).push(" AND r.status = ").literal(&ReservationStatus::Held);
        sql.push(" AND (r.order_id IS NULL OR r.order_id = ").bind(draft).push(")");
    })
    .await?;
    if !held.rows().is_empty() {
        return Ok(held);
    }
    let mut sql = unit.sql();
    sql.push("SELECT id FROM stock_reservations WHERE hold_id = ").bind(hold_id).push(" LIMIT 1");
    match unit.rows(sql).await?.is_empty() {
        true => Err(Error::NotFound("hold", hold_id)),
        false => {
            let message = format!("the hold {hold_id} has ended, or belongs to a draft order");
            Err(Refusal::new(Code::HoldGone, message).into())
        }
    }
}
