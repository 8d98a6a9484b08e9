//! Draft orders: quotes, whose prices stand for a while. They keep no stock, unless they are asked to.

pub mod create;
pub mod delete;
pub mod update;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{order_items, sea_orm_active_enums::ReservationStatus};
use uuid::Uuid;

use super::lines::demands;
use crate::{
    Result, UnitOfWork,
    edit::check,
    refusal::Refusal,
    settings::{MAX_HOLD_MINUTES, Settings},
    stock,
};

/// Refuses a quote that is over already, and a hold of no time.
fn check_times(now: DateTime<Utc>, valid_until: Option<DateTime<Utc>>, minutes: Option<i32>) -> Result<(), Refusal> {
    if valid_until.is_some_and(|end| end <= now) {
        return Err(Refusal::invalid("validUntil", "`validUntil` must be in the future"));
    }
    match minutes {
        Some(minutes) => check::within("holdMinutes", minutes, 1..=MAX_HOLD_MINUTES),
        None => Ok(()),
    }
}

/// Keeps the pieces of a draft for so long. INSUFFICIENT_STOCK has no path yet.
pub(super) async fn hold(
    unit: &mut UnitOfWork,
    settings: &Settings,
    draft: Uuid,
    items: &[order_items::Model],
    length: TimeDelta,
) -> Result<()> {
    stock::hold_for_order(unit, settings, &demands(items), length, draft).await.map(drop)
}

/// For how long a draft still keeps its pieces, if it does.
pub(super) async fn held_for(unit: &UnitOfWork, draft: Uuid) -> Result<Option<TimeDelta>> {
    let mut sql = unit.sql();
    sql.push("SELECT expires_at FROM stock_reservations WHERE order_id = ").bind(draft);
    sql.push(" AND status = ").literal(&ReservationStatus::Held).push(" LIMIT 1");
    let rows = unit.rows(sql).await?;
    let Some(found) = rows.first() else { return Ok(None) };
    let end: DateTime<Utc> = found.try_get_by("expires_at")?;
    Ok(Some(end - unit.now()).filter(|left| *left > TimeDelta::zero()))
}
