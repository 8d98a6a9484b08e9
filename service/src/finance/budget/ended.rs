//! Reservations that end by themselves: their time is over, or their task has ended.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::BudgetReservationStatus;
use serde_json::json;
use uuid::Uuid;

use super::{
    reservation::{self, Reservation},
    slice::{self, Slice, shown},
};
use crate::{Result, UnitOfWork, database::Sql, events::EventKind, settings, state};

/// Writes the search for reservations whose time is over: `id` and `due`.
pub(crate) fn write_lapsed(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push("SELECT r.id, r.expires_at AS due FROM budget_reservations AS r WHERE ");
    has_lapsed(sql, now);
    sql
}

/// Ends those reservations whose time is still over under the lock; how many.
pub(crate) async fn expire(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let now = unit.now();
    let lapsed = |sql: &mut Sql| {
        sql.push("r.id").is_any(ids).push(" AND ");
        has_lapsed(sql, now);
    };
    end(unit, lapsed, BudgetReservationStatus::Expired).await
}

/// Releases what was reserved for tasks, which are locked and end.
pub(crate) async fn release_of_tasks(unit: &mut UnitOfWork, tasks: &[Uuid]) -> Result<()> {
    let of_tasks = |sql: &mut Sql| {
        is_held(sql);
        sql.push(" AND r.task_id").is_any(tasks);
    };
    end(unit, of_tasks, BudgetReservationStatus::Released).await.map(drop)
}

fn is_held(sql: &mut Sql) {
    sql.push("r.status = ").literal(&BudgetReservationStatus::Held);
}

fn has_lapsed(sql: &mut Sql, now: DateTime<Utc>) {
    is_held(sql);
    sql.push(" AND r.expires_at <= ").bind(now);
}

/// Ends the reservations for which a condition holds, also when their slices are locked; how many.
async fn end(
    unit: &mut UnitOfWork,
    condition: impl Fn(&mut Sql) + Send + Sync,
    status: BudgetReservationStatus,
) -> Result<usize> {
    let found = reservation::find_where(unit, &condition).await?;
    if found.is_empty() {
        return Ok(0);
    }
    let settings = settings::load(unit).await?;
    let ids: HashSet<Uuid> = found.iter().map(|reservation| reservation.slice).collect();
    let mut slices = slice::lock_all(unit, &ids.into_iter().collect::<Vec<_>>()).await?;
    let mut ended = reservation::find_where(unit, &condition).await?;
    // What came in between belongs to slices that are not locked: it is found the next time.
    ended.retain(|reservation| slices.iter().any(|slice| slice.id == reservation.slice));
    if ended.is_empty() {
        return Ok(0);
    }
    for slice in &mut slices {
        let of_slice: Vec<&mut Reservation> = ended.iter_mut().filter(|one| one.slice == slice.id).collect();
        if of_slice.is_empty() {
            continue;
        }
        for reservation in of_slice {
            give_back(unit, slice, reservation, status);
        }
        slice.save(unit, &settings);
    }
    reservation::save(unit, &ended);
    Ok(ended.len())
}

/// Ends a reservation: what is left of it is free again. Both are to be saved.
pub(super) fn give_back(
    unit: &mut UnitOfWork,
    slice: &mut Slice,
    reservation: &mut Reservation,
    status: BudgetReservationStatus,
) {
    slice.reserved -= reservation.left();
    reservation.status = status;
    let told = json!({
        "reservationId": reservation.id,
        "amount": shown(reservation.left()),
        "status": state::name(&status),
    });
    slice.tell(unit, EventKind::BudgetReleased, told);
}
