//! What an order of another system keeps: brought to what the order says, whatever is in stock.

use entity::sea_orm_active_enums::{ReservationStatus, StockMovementKind, StockPolicy};
use uuid::Uuid;

use super::{Keeping, OPEN};
use crate::{
    Error, Result, UnitOfWork,
    catalog::edition::{self, Pieces},
    settings::Settings,
    stock::{
        backorder::serve_waiting,
        movement::Cause,
        plan::places,
        reservation::{Reservation, Reservations},
        shelves::Shelves,
    },
};

/// What is to be kept for an item of an order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// The item.
    pub(crate) order_item_id: Uuid,
    /// Of what.
    pub(crate) variant_id: Uuid,
    /// How many pieces are still to be sent.
    pub(crate) open: i32,
    /// How many others leave now.
    pub(crate) leaving: i32,
}

/// Pieces that were sold but are not in stock, and may not be backordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The item.
    pub(crate) order_item_id: Uuid,
    /// How many.
    pub(crate) quantity: i32,
}

/// What an order keeps, locked together with the stock of its variants.
#[derive(Debug)]
pub(crate) struct Kept {
    reservations: Reservations,
    shelves: Shelves,
}

impl Kept {
    /// Locks what items keep, and then the stock of variants. The order must be locked, or new.
    pub(crate) async fn lock(unit: &UnitOfWork, items: &[Uuid], variants: &[Uuid]) -> Result<Self> {
        let reservations = match items.is_empty() {
            true => Reservations::default(),
            false => {
                Reservations::lock_open(unit, |sql| {
                    sql.push("r.order_item_id").is_any(items).push(" AND r.status").is_one_of(&OPEN);
                })
                .await?
            }
        };
        let known = reservations.rows().iter().map(|row| row.product_variant_id);
        let shelves = Shelves::lock(unit, known.chain(variants.iter().copied())).await?;
        Ok(Self { reservations, shelves })
    }

    /// Keeps what lines want, lets pieces leave, and gives up what no line wants any more. The rows of the order and of
    /// its items are stored, or in the unit's batch. Missing pieces are backordered, whatever the variant allows.
    pub(crate) async fn follow(
        self,
        unit: &mut UnitOfWork,
        settings: &Settings,
        keeping: Keeping,
        order_id: Uuid,
        lines: &[Line],
    ) -> Result<Vec<Missing>> {
        // What is kept follows from the order, so that nothing is moved twice. The key only tells the movements apart.
        let (key, hold_id) = (format!("external:{}", Uuid::now_v7()), Uuid::now_v7());
        let Self { reservations, shelves } = self;
        let mut stock = OrderStock { shelves, kept: reservations, settings, keeping, order_id, hold_id, key };
        let mut missing = Vec::new();
        for line in lines {
            stock.let_leave(unit, line)?;
            let kept = stock.kept_of(line);
            if kept > line.open {
                stock.give_up(line, kept - line.open)?;
            } else if kept < line.open {
                let quantity = stock.keep(unit, line, line.open - kept, ReservationStatus::Ordered)?;
                if quantity > 0 {
                    missing.push(Missing { order_item_id: line.order_item_id, quantity });
                }
            }
        }
        let leaving = lines.iter().filter(|line| line.leaving > 0);
        let sold: Vec<Pieces> =
            leaving.map(|line| Pieces { variant_id: line.variant_id, quantity: line.leaving }).collect();
        let OrderStock { mut shelves, kept, .. } = stock;
        let freed = shelves.freed();
        shelves.keep(kept);
        shelves.save(unit).await?;
        // After available pieces were taken: an edition has no more of them and of sold ones than its size.
        edition::sell(unit, &sold).await?;
        if !freed.is_empty() {
            serve_waiting(unit, &freed).await?;
        }
        Ok(missing)
    }
}

/// An order's stock while it changes.
struct OrderStock<'a> {
    shelves: Shelves,
    kept: Reservations,
    settings: &'a Settings,
    keeping: Keeping,
    order_id: Uuid,
    hold_id: Uuid,
    key: String,
}

impl OrderStock<'_> {
    /// How many pieces are kept for a line, or wait for stock.
    fn kept_of(&self, line: &Line) -> i32 {
        let rows = self.kept.rows().iter().filter(|row| is_open_of(row, line));
        rows.fold(0, |sum: i32, row| sum.saturating_add(row.quantity))
    }

    /// Lets pieces of a line leave: those that are kept first. Pieces that never were here leave no gap.
    fn let_leave(&mut self, unit: &UnitOfWork, line: &Line) -> Result<()> {
        let mut left = line.leaving;
        for status in OPEN {
            for place in 0..self.kept.rows().len() {
                let Some(row) = self.kept.rows().get(place).filter(|row| is_open_of(row, line)) else { continue };
                let (quantity, level) = (row.quantity.min(left), row.inventory_id);
                if row.status != status || quantity < 1 {
                    continue;
                }
                match level {
                    Some(level) => {
                        let cause = self.cause(StockMovementKind::Ship, "ship", line, place);
                        self.shelves.take_out(level, quantity, cause)?;
                        self.kept.change(place, quantity, |row| row.status = ReservationStatus::Shipped);
                    }
                    None => self.kept.change(place, quantity, |row| row.end(ReservationStatus::Released)),
                }
                left -= quantity;
            }
        }
        // Where the other system counts, it has taken them off what is available by itself.
        let is_taken = || Ok::<bool, Error>(self.keeping == Keeping::Beside && self.has_room(line, left)?);
        if left > 0 && !is_taken()? {
            self.keep(unit, line, left, ReservationStatus::Shipped)?;
        }
        Ok(())
    }

    /// Gives up pieces of a line: those that wait first, then the ones kept last.
    fn give_up(&mut self, line: &Line, quantity: i32) -> Result<()> {
        let mut left = quantity;
        for is_here in [false, true] {
            for place in (0..self.kept.rows().len()).rev() {
                let Some(row) = self.kept.rows().get(place).filter(|row| is_open_of(row, line)) else { continue };
                let (quantity, level) = (row.quantity.min(left), row.inventory_id);
                if level.is_some() != is_here || quantity < 1 {
                    continue;
                }
                if let Some(level) = level {
                    match self.keeping {
                        Keeping::Own => self.shelves.free(level, quantity)?,
                        // The other system counts them as available, or not, by itself.
                        Keeping::Beside => {
                            let cause = self.cause(StockMovementKind::Sync, "give-up", line, place);
                            self.shelves.take_out(level, quantity, cause)?;
                        }
                    }
                }
                self.kept.change(place, quantity, |row| row.end(ReservationStatus::Released));
                left -= quantity;
            }
        }
        Ok(())
    }

    /// Keeps more pieces for a line, as rows of a status: ordered, or shipped at once. How many of those to be sent are
    /// missing although the variant may not be backordered.
    fn keep(&mut self, unit: &UnitOfWork, line: &Line, quantity: i32, status: ReservationStatus) -> Result<i32> {
        let policy = self.shelves.variant(line.variant_id)?.policy;
        if policy == StockPolicy::Untracked {
            return Ok(0);
        }
        if self.keeping == Keeping::Beside && self.has_room(line, quantity)? {
            let level = self.any_level(line.variant_id);
            let cause = self.cause(StockMovementKind::Sync, "keep", line, 0);
            self.shelves.add(level, quantity, cause)?;
            self.shelves.promise(level, quantity)?;
            self.put(unit, line, quantity, status, Some(level));
            return Ok(0);
        }
        let mut left = quantity;
        for (level, _) in places(&self.shelves, line.variant_id, &self.settings.locations, quantity) {
            let here = self.shelves.level(level)?.now.available.min(left);
            if here < 1 {
                continue;
            }
            self.shelves.promise(level, here)?;
            if status == ReservationStatus::Shipped {
                let cause = self.cause(StockMovementKind::Ship, &format!("send:{level}"), line, 0);
                self.shelves.take_out(level, here, cause)?;
            }
            self.put(unit, line, here, status, Some(level));
            left -= here;
        }
        if left == 0 || status == ReservationStatus::Shipped {
            return Ok(0);
        }
        self.put(unit, line, left, ReservationStatus::Backordered, None);
        Ok(if policy == StockPolicy::Backorder { 0 } else { left })
    }

    /// Whether pieces can be kept beside what is available. Those of an edition that is all there come out of it.
    fn has_room(&self, line: &Line, quantity: i32) -> Result<bool> {
        let variant = self.shelves.variant(line.variant_id)?;
        Ok(self.shelves.check_room(variant, quantity, "quantity").is_ok())
    }

    /// The stock row beside which pieces of a variant are kept: the first of the shop's locations that has one.
    fn any_level(&mut self, variant: Uuid) -> Uuid {
        let locations = &self.settings.locations;
        let there = locations.iter().find_map(|location| self.shelves.at(variant, location).map(|level| level.id));
        there.unwrap_or_else(|| self.shelves.at_or_new(variant, &super::location(self.settings, None)).id)
    }

    fn put(
        &mut self,
        unit: &UnitOfWork,
        line: &Line,
        quantity: i32,
        status: ReservationStatus,
        inventory_id: Option<Uuid>,
    ) {
        let row = Reservation {
            id: Uuid::now_v7(),
            hold_id: self.hold_id,
            product_variant_id: line.variant_id,
            inventory_id,
            order_id: Some(self.order_id),
            order_item_id: Some(line.order_item_id),
            quantity,
            status,
            expires_at: None,
            reference: None,
            created_at: unit.now(),
        };
        self.kept.put(row, false);
    }

    fn cause(&self, kind: StockMovementKind, what: &str, line: &Line, place: usize) -> Cause {
        let key = format!("{}:{what}:{}:{place}", self.key, line.order_item_id);
        Cause::of_order(kind, self.order_id, key)
    }
}

/// Whether a row keeps pieces for a line that have not left.
fn is_open_of(row: &Reservation, line: &Line) -> bool {
    row.order_item_id == Some(line.order_item_id) && OPEN.contains(&row.status)
}
