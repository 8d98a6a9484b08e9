//! Holds that end by themselves.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::ReservationStatus;
use uuid::Uuid;

use super::{release::give_back, reservation::Reservations};
use crate::{Result, UnitOfWork, database::Sql};

/// Adds the held pieces whose time is over, and when that was.
pub(crate) fn write_lapsed(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push("SELECT id, expires_at AS due FROM stock_reservations WHERE ");
    has_lapsed(sql, now);
    sql
}

fn has_lapsed(sql: &mut Sql, now: DateTime<Utc>) {
    sql.push("status = ").literal(&ReservationStatus::Held).push(" AND expires_at <= ").bind(now);
}

/// Gives back the held pieces of these rows whose time is over; how many rows that were.
pub(crate) async fn expire(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let now = unit.now();
    // Whoever holds one of them extends it or makes an order of it.
    let lapsed = Reservations::lock_free(unit, None, |sql| {
        sql.push("r.id").is_any(ids).push(" AND ");
        has_lapsed(sql, now);
    })
    .await?;
    let count = lapsed.rows().len();
    give_back(unit, lapsed, None, ReservationStatus::Expired).await?;
    Ok(count)
}
