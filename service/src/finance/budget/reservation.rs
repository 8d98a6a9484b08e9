//! Reservations: money of a slice that is promised. Whoever holds the slice is the only one who changes them.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::BudgetReservationStatus;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use uuid::Uuid;

use super::ahead;
use crate::{
    Error, Result, UnitOfWork,
    database::{Column, Sql, columns, row::enum_value},
    state::State,
};

/// What a reservation is called in a sentence.
const NOUN: &str = "budget reservation";

/// A reservation.
#[derive(Clone, Debug)]
pub(super) struct Reservation {
    pub(super) id: Uuid,
    pub(super) slice: Uuid,
    pub(super) amount: Decimal,
    /// What of it was spent.
    pub(super) spent: Decimal,
    pub(super) status: BudgetReservationStatus,
    pub(super) purpose: String,
    /// The task that releases it when it ends.
    pub(super) task: Option<Uuid>,
    /// The campaign that it is for.
    pub(super) campaign: Option<Uuid>,
    pub(super) effect_key: Option<String>,
    /// When it ends by itself.
    pub(super) expires_at: Option<DateTime<Utc>>,
}

impl State for BudgetReservationStatus {
    const NOUN: &'static str = NOUN;

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Held => &[Self::Committed, Self::Released, Self::Expired],
            Self::Committed | Self::Released | Self::Expired => &[],
        }
    }
}

const SELECT: &str = "SELECT r.id, r.slice_id, r.amount, r.spent_amount, r.status, r.purpose, r.task_id, \
                      r.campaign_id, r.effect_key, r.expires_at FROM budget_reservations AS r WHERE ";

/// Reads the reservations `r` for which a condition holds, the oldest first.
pub(super) async fn find_where(unit: &UnitOfWork, condition: impl FnOnce(&mut Sql)) -> Result<Vec<Reservation>> {
    let mut sql = unit.sql();
    sql.push(SELECT);
    condition(&mut sql);
    sql.push(" ORDER BY r.id");
    unit.rows(sql).await?.iter().map(Reservation::read).collect()
}

/// Reads a reservation. NOT_FOUND has no path yet.
pub(super) async fn find(unit: &UnitOfWork, id: Uuid) -> Result<Reservation> {
    if let Some(known) = ahead::reservation(unit, id) {
        return Ok(known);
    }
    find_all(unit, &[id]).await?.pop().ok_or(Error::NotFound(NOUN, id))
}

/// Reads reservations. Those that are not there are left out.
pub(super) async fn find_all(unit: &UnitOfWork, ids: &[Uuid]) -> Result<Vec<Reservation>> {
    let by_id = |sql: &mut Sql| {
        sql.push("r.id").is_any(ids);
    };
    find_where(unit, by_id).await
}

/// Writes reservations after a change of what was spent of them, or of their status.
pub(super) fn save(unit: &UnitOfWork, reservations: &[Reservation]) {
    let columns: Vec<Column<Reservation>> = columns!(Reservation: id, spent_amount = spent, status).into();
    unit.update("budget_reservations", &columns, &[("updated_at", unit.now().into())], reservations);
    reservations.iter().for_each(|changed| ahead::keep_reservation(unit, changed));
}

impl Reservation {
    fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: row.try_get_by("id")?,
            slice: row.try_get_by("slice_id")?,
            amount: row.try_get_by("amount")?,
            spent: row.try_get_by("spent_amount")?,
            status: enum_value(row, "status")?,
            purpose: row.try_get_by("purpose")?,
            task: row.try_get_by("task_id")?,
            campaign: row.try_get_by("campaign_id")?,
            effect_key: row.try_get_by("effect_key")?,
            expires_at: row.try_get_by("expires_at")?,
        })
    }

    /// What of it was not spent yet.
    pub(super) fn left(&self) -> Decimal {
        self.amount - self.spent
    }

    /// Writes a new one.
    pub(super) fn add(&self, unit: &UnitOfWork) {
        let columns: Vec<Column<Self>> = columns!(Self:
            id,
            slice_id = slice,
            amount,
            spent_amount = spent,
            status,
            purpose,
            task_id = task,
            campaign_id = campaign,
            effect_key,
            expires_at,
        )
        .into();
        let times = [("created_at", unit.now().into()), ("updated_at", unit.now().into())];
        unit.insert("budget_reservations", &columns, &times, [self]);
    }
}
