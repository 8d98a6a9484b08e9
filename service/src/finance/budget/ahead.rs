//! Slices, reservations and budgets that are locked for several calls at once.

use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    reservation::{self, Reservation},
    slice::{self, Slice},
};
use crate::{Result, UnitOfWork, finance::campaign};

/// What is locked, as the calls so far have left it: by ids.
#[derive(Default)]
struct Known {
    slices: HashMap<Uuid, Slice>,
    reservations: HashMap<Uuid, Reservation>,
    /// What was spent of budgets.
    spent: HashMap<Uuid, Decimal>,
}

/// Locks slices for calls that follow in this unit.
pub(super) async fn lock_slices(unit: &UnitOfWork, ids: &[Uuid]) -> Result<()> {
    let slices = slice::lock_all(unit, ids).await?;
    unit.memory().of_default(|known: &mut Known| known.slices.extend(slices.into_iter().map(|row| (row.id, row))));
    Ok(())
}

/// Locks what is needed to spend reservations: their campaigns, slices and budgets.
pub(super) async fn lock_reservations(unit: &UnitOfWork, ids: &[Uuid]) -> Result<()> {
    let seen = reservation::find_all(unit, ids).await?;
    let campaigns: BTreeSet<Uuid> = seen.iter().filter_map(|row| row.campaign).collect();
    campaign::hold(unit, &campaigns).await?;
    let slices: BTreeSet<Uuid> = seen.iter().map(|row| row.slice).collect();
    lock_slices(unit, &slices.into_iter().collect::<Vec<_>>()).await?;
    // Read again: who held a slice before may have changed them.
    let reservations = reservation::find_all(unit, ids).await?;
    let locked = |known: &mut Known| known.slices.values().map(|slice| slice.budget.id).collect();
    let budgets: BTreeSet<Uuid> = unit.memory().of_default(locked);
    let spent = lock_budgets(unit, &budgets).await?;
    unit.memory().of_default(|known: &mut Known| {
        known.reservations.extend(reservations.into_iter().map(|row| (row.id, row)));
        known.spent.extend(spent);
    });
    Ok(())
}

/// Locks budgets; what was spent of each.
async fn lock_budgets(unit: &UnitOfWork, ids: &BTreeSet<Uuid>) -> Result<Vec<(Uuid, Decimal)>> {
    let mut sql = unit.sql();
    sql.push("SELECT id, spent_amount FROM budgets WHERE id").is_any(&ids.iter().copied().collect::<Vec<_>>());
    sql.push(" ORDER BY id").for_update();
    unit.rows(sql).await?.iter().map(|row| Ok((row.try_get_by("id")?, row.try_get_by("spent_amount")?))).collect()
}

/// What was spent of a budget, which is locked from now on; none if there is no such budget.
pub(super) async fn lock_spent(unit: &UnitOfWork, budget: Uuid) -> Result<Option<Decimal>> {
    let known = unit.memory().of(|known: &mut Known| known.spent.get(&budget).copied()).flatten();
    match known {
        Some(spent) => Ok(Some(spent)),
        None => Ok(lock_budgets(unit, &BTreeSet::from([budget])).await?.pop().map(|(_, spent)| spent)),
    }
}

/// A slice that is locked.
pub(super) fn slice(unit: &UnitOfWork, id: Uuid) -> Option<Slice> {
    unit.memory().of(|known: &mut Known| known.slices.get(&id).cloned()).flatten()
}

/// A reservation of a slice that is locked.
pub(super) fn reservation(unit: &UnitOfWork, id: Uuid) -> Option<Reservation> {
    unit.memory().of(|known: &mut Known| known.reservations.get(&id).cloned()).flatten()
}

/// Remembers a slice after a change, if it is known.
pub(super) fn keep_slice(unit: &UnitOfWork, changed: &Slice) {
    keep(unit, changed.id, changed, |known| &mut known.slices);
}

/// Remembers a reservation after a change, if it is known.
pub(super) fn keep_reservation(unit: &UnitOfWork, changed: &Reservation) {
    keep(unit, changed.id, changed, |known| &mut known.reservations);
}

/// Remembers what was spent of a budget, if it is known.
pub(super) fn keep_spent(unit: &UnitOfWork, budget: Uuid, spent: Decimal) {
    keep(unit, budget, &spent, |known| &mut known.spent);
}

fn keep<T: Clone>(unit: &UnitOfWork, id: Uuid, row: &T, list: impl FnOnce(&mut Known) -> &mut HashMap<Uuid, T>) {
    unit.memory().of(|known: &mut Known| {
        if let Some(kept) = list(known).get_mut(&id) {
            kept.clone_from(row);
        }
    });
}
