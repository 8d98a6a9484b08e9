//! Who keeps which pieces. What ships or is given back in part is split off into a row of its own.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::ReservationStatus;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::{Column, Sql, columns, row::enum_value},
};

/// A row that says who keeps pieces.
#[derive(Clone, Debug)]
pub(super) struct Reservation {
    /// Its key.
    pub(super) id: Uuid,
    /// What rows of one basket have in common.
    pub(super) hold_id: Uuid,
    /// Of what.
    pub(super) product_variant_id: Uuid,
    /// From which stock row; none while they are to come.
    pub(super) inventory_id: Option<Uuid>,
    /// For which order.
    pub(super) order_id: Option<Uuid>,
    /// For which item of it.
    pub(super) order_item_id: Option<Uuid>,
    /// How many.
    pub(super) quantity: i32,
    /// Where that stands.
    pub(super) status: ReservationStatus,
    /// Until when they are held.
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// The caller's name of the basket.
    pub(super) reference: Option<String>,
    /// Since when.
    pub(super) created_at: DateTime<Utc>,
}

/// What changes of a row.
fn changing() -> Vec<Column<Reservation>> {
    columns!(Reservation: id, inventory_id, order_id, order_item_id, quantity, status, expires_at).into()
}

fn columns() -> Vec<Column<Reservation>> {
    let mut columns = changing();
    columns.extend(columns!(Reservation: hold_id, product_variant_id, reference, created_at));
    columns
}

impl Reservation {
    /// Ends it: nobody keeps the pieces any more.
    pub(super) fn end(&mut self, status: ReservationStatus) {
        self.status = status;
        self.expires_at = None;
    }

    fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: row.try_get_by("id")?,
            hold_id: row.try_get_by("hold_id")?,
            product_variant_id: row.try_get_by("product_variant_id")?,
            inventory_id: row.try_get_by("inventory_id")?,
            order_id: row.try_get_by("order_id")?,
            order_item_id: row.try_get_by("order_item_id")?,
            quantity: row.try_get_by("quantity")?,
            status: enum_value(row, "status")?,
            expires_at: row.try_get_by("expires_at")?,
            reference: row.try_get_by("reference")?,
            created_at: row.try_get_by("created_at")?,
        })
    }
}

/// Rows that are locked or new.
#[derive(Debug, Default)]
pub(super) struct Reservations {
    rows: Vec<Reservation>,
    changed: BTreeSet<usize>,
    new: Vec<Reservation>,
}

impl Reservations {
    /// Locks the rows `r` that meet a condition, in the order of their ids.
    pub(super) async fn lock(unit: &UnitOfWork, condition: impl FnOnce(&mut Sql)) -> Result<Self> {
        Self::select(unit, condition, |sql| {
            sql.push(" ORDER BY r.id").for_update();
        })
        .await
    }

    /// The same for rows that may wait for pieces. Whoever gives them some splits rows: the new ones, made while the
    /// others were waited for, are seen only by a second look.
    pub(super) async fn lock_open(unit: &UnitOfWork, condition: impl Fn(&mut Sql)) -> Result<Self> {
        let found = Self::lock(unit, &condition).await?;
        match found.rows.is_empty() {
            true => Ok(found),
            false => Self::lock(unit, &condition).await,
        }
    }

    /// Locks the oldest rows `r` that meet a condition, without those that somebody else holds; all of them, unless it
    /// is said how many are enough.
    pub(super) async fn lock_free(
        unit: &UnitOfWork,
        enough: Option<i64>,
        condition: impl FnOnce(&mut Sql),
    ) -> Result<Self> {
        Self::select(unit, condition, |sql| {
            sql.push(" ORDER BY r.created_at, r.id");
            if let Some(enough) = enough {
                sql.push(" LIMIT ").bind(enough);
            }
            sql.for_update_skip_locked("r");
        })
        .await
    }

    async fn select(unit: &UnitOfWork, condition: impl FnOnce(&mut Sql), end: impl FnOnce(&mut Sql)) -> Result<Self> {
        let names: Vec<String> = columns().iter().map(|column| format!("r.{}", column.name)).collect();
        let mut sql = unit.sql();
        sql.write(format_args!("SELECT {} FROM stock_reservations AS r WHERE ", names.join(", ")));
        condition(&mut sql);
        end(&mut sql);
        let rows = unit.rows(sql).await?.iter().map(Reservation::read).collect::<Result<_>>()?;
        Ok(Self { rows, ..Self::default() })
    }

    /// The locked rows of each hold.
    pub(super) fn by_hold(self) -> HashMap<Uuid, Self> {
        let mut holds: HashMap<Uuid, Self> = HashMap::new();
        for row in self.rows {
            holds.entry(row.hold_id).or_default().rows.push(row);
        }
        holds
    }

    /// New rows.
    pub(super) fn new(new: Vec<Reservation>) -> Self {
        Self { new, ..Self::default() }
    }

    /// Adds a row: a new one, or one that is there and locked, as it is to be.
    pub(super) fn put(&mut self, row: Reservation, is_there: bool) {
        match is_there {
            true => {
                self.changed.insert(self.rows.len());
                self.rows.push(row);
            }
            false => self.new.push(row),
        }
    }

    /// The locked rows, as they are now.
    pub(super) fn rows(&self) -> &[Reservation] {
        &self.rows
    }

    /// Changes pieces of the row with this place; those that it leaves stay in a row of their own.
    pub(super) fn change(&mut self, place: usize, quantity: i32, change: impl FnOnce(&mut Reservation)) {
        let Some(row) = self.rows.get_mut(place) else { return };
        self.changed.insert(place);
        if quantity >= row.quantity {
            change(row);
            return;
        }
        row.quantity -= quantity;
        let mut part = Reservation { id: Uuid::now_v7(), quantity, ..row.clone() };
        change(&mut part);
        self.new.push(part);
    }

    /// Writes what changed and what is new.
    pub(super) fn write(&self, unit: &UnitOfWork) {
        let now = unit.now();
        let changed = self.changed.iter().filter_map(|place| self.rows.get(*place));
        let changed: Vec<&Reservation> = changed.collect();
        let same = [("updated_at", now.into())];
        if !changed.is_empty() {
            unit.update("stock_reservations", &changing(), &same, changed.iter().copied());
        }
        if !self.new.is_empty() {
            unit.insert("stock_reservations", &columns(), &same, &self.new);
        }
    }
}
