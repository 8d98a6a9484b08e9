//! An order with its payments, locked, and all that is known of them. Entries are made here and nowhere else.
//!
//! - [`Payment`]: one payment with its entries. `rows`: how they are read and written. `ahead`: locking them for several
//!   calls at once.

mod ahead;
mod payment;
mod rows;

use entity::{orders, payments};
use rust_decimal::Decimal;
use uuid::Uuid;

pub(crate) use self::payment::{News, Payment};
use super::{books, ledger};
use crate::{
    Error, Result, UnitOfWork,
    finance::budget::{self, Fact},
    orders::{
        lock,
        money::outstanding,
        money_of, settle, settle_known,
        state::{self as order_state, Act, Pieces, Verdict},
    },
    refusal::{At, Refusal},
    settings::{self, Settings},
    state,
};

/// An order with its payments. Whoever has it holds the order's row: nobody else changes the payments meanwhile.
#[derive(Debug)]
pub(crate) struct Account {
    /// The order, as it was locked or settled last.
    pub(crate) order: orders::Model,
    /// Its payments, the oldest first.
    pub(crate) payments: Vec<Payment>,
    /// The shop's settings.
    pub(crate) settings: Settings,
    /// What the lines of the order come to, if it is known.
    pieces: Option<Pieces>,
    /// What was booked and has to be counted on budgets.
    costs: Vec<Fact>,
}

impl Account {
    /// That of an order that has no payments yet.
    pub(crate) fn without_payments(settings: &Settings, order: &orders::Model) -> Self {
        Self { order: order.clone(), payments: Vec::new(), settings: settings.clone(), pieces: None, costs: Vec::new() }
    }

    /// Locks an order and its payments.
    pub(crate) async fn lock(unit: &UnitOfWork, order: Uuid) -> Result<Self> {
        let order = lock(unit, order).await?;
        Self::of(unit, order).await
    }

    /// The same for a payment's order; the path of a payment that is not there is `id`.
    pub(crate) async fn lock_of(unit: &UnitOfWork, payment: Uuid) -> Result<Self> {
        if let Some(known) = ahead::take(unit, payment) {
            return Ok(known);
        }
        let orders = rows::orders_of(unit, &[payment]).await?;
        let order = orders.first().ok_or(Error::NotFound("payment", payment)).at(["id"])?;
        Self::lock(unit, *order).await
    }

    /// The payments of an order that is locked.
    pub(crate) async fn of(unit: &UnitOfWork, order: orders::Model) -> Result<Self> {
        let settings = settings::load(unit).await?;
        let payments = rows::read(unit, &[order.id]).await?;
        Ok(Self { order, payments, settings, pieces: None, costs: Vec::new() })
    }

    /// One of its payments.
    pub(crate) fn payment(&mut self, id: Uuid) -> Result<&mut Payment> {
        let found = self.payments.iter_mut().find(|payment| payment.row.id == id);
        found.ok_or(Error::NotFound("payment", id))
    }

    /// The row of one of its payments.
    pub(crate) fn find(&self, id: Uuid) -> Option<&payments::Model> {
        self.payments.iter().map(|payment| &payment.row).find(|row| row.id == id)
    }

    /// What may still be captured of the order: what is outstanding, less the captures that are requested.
    pub(crate) fn capturable(&self) -> Decimal {
        let pending: Decimal = self.payments.iter().map(|payment| payment.row.pending_capture_amount).sum();
        (self.outstanding() - pending).max(Decimal::ZERO)
    }

    /// What no payment is open for: what is outstanding, less what may still come in by the payments.
    pub(crate) fn uncovered(&self) -> Decimal {
        let open: Decimal = self.payments.iter().map(|payment| ledger::open(&payment.row)).sum();
        (self.outstanding() - open).max(Decimal::ZERO)
    }

    fn outstanding(&self) -> Decimal {
        let orders::Model { total_amount, captured_amount, refunded_amount, .. } = self.order;
        outstanding(total_amount, captured_amount, refunded_amount)
    }

    /// Writes what is new, and books it; the keys of the requests that are settled by it. The order is not settled yet.
    pub(crate) fn write(&mut self, unit: &mut UnitOfWork) -> Vec<String> {
        rows::write(unit, &mut self.payments);
        let mut settled = Vec::new();
        for payment in &mut self.payments {
            let new = payment.take_new();
            for entry in &new {
                settled.extend(payment.settled_by(entry, &new));
                self.costs.extend(books::book(unit, &self.settings, &self.order, &payment.row, entry));
            }
        }
        settled
    }

    /// Works out what follows for the order from what was written.
    pub(crate) async fn settle(&mut self, unit: &mut UnitOfWork) -> Result<()> {
        self.order = match self.pieces {
            Some(pieces) => {
                let money = money_of(self.payments.iter().map(|payment| &payment.row));
                settle_known(unit, &self.settings, &self.order, (money, pieces)).await?
            }
            None => settle(unit, &self.settings, self.order.id).await?,
        };
        for cost in std::mem::take(&mut self.costs) {
            budget::spend_fact(unit, &self.settings, &cost).await?;
        }
        Ok(())
    }

    /// Writes what is new, and what follows for the order; the keys of the requests that are settled by it.
    pub(crate) async fn save(&mut self, unit: &mut UnitOfWork) -> Result<Vec<String>> {
        let settled = self.write(unit);
        self.settle(unit).await?;
        Ok(settled)
    }
}

/// Refuses an order that takes no payments: a draft, or one that was cancelled.
pub(crate) fn check_takes_payments(order: &orders::Model) -> Result<(), Refusal> {
    match order_state::check(order, Act::Pay)? {
        Verdict::Late => Err(state::refuse_in(order.status, "an order that was cancelled takes no payments")),
        _ => Ok(()),
    }
}
