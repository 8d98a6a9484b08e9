//! Stock that is locked for several calls at once.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Level, Shelves, save::Sum};
use crate::{Result, UnitOfWork};

/// The stock of variants that a unit has locked, as it is after all that was saved.
#[derive(Debug)]
struct Known {
    /// The variants that were asked for, those that are not there too.
    ids: BTreeSet<Uuid>,
    shelves: Shelves,
}

impl Shelves {
    /// Locks the stock of variants for calls that follow in this unit: each finds it locked.
    pub(in crate::stock) async fn lock_ahead(unit: &UnitOfWork, ids: BTreeSet<Uuid>) -> Result<()> {
        let shelves = Self::read_locked(unit, &ids).await?;
        unit.memory().keep(Known { ids, shelves });
        Ok(())
    }

    /// The stock of variants, if all of it is locked already.
    pub(super) fn known(unit: &UnitOfWork, ids: &BTreeSet<Uuid>) -> Option<Self> {
        let part = |known: &mut Known| ids.is_subset(&known.ids).then(|| known.shelves.part(ids));
        unit.memory().of(part).flatten()
    }

    /// Notes what was saved, for calls that follow in this unit.
    pub(super) fn remember(&self, unit: &UnitOfWork, sums: &[Sum]) {
        unit.memory().of(|known: &mut Known| {
            for level in self.levels.values().filter(|level| known.ids.contains(&level.variant_id)) {
                known.shelves.put(Level { before: level.now, counted_at: None, is_new: false, ..level.clone() });
            }
            for sum in sums {
                if let Some(variant) = known.shelves.variants.get_mut(&sum.id) {
                    variant.available = sum.inventory_quantity;
                }
            }
        });
    }

    fn part(&self, ids: &BTreeSet<Uuid>) -> Self {
        let mut part = Self::default();
        for id in ids {
            let Some(variant) = self.variants.get(id) else { continue };
            part.variants.insert(*id, variant.clone());
            for level in self.of(*id) {
                part.put(level.clone());
            }
        }
        part
    }

    /// Takes over a stock row.
    pub(super) fn put(&mut self, level: Level) {
        self.places.insert((level.variant_id, level.location.clone()), level.id);
        self.levels.insert(level.id, level);
    }
}
