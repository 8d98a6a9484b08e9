//! Locking stock for several calls at once.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{hold, shelves::Shelves};
use crate::{Result, UnitOfWork};

/// Locks what holds keep, and then the stock of variants, for calls that follow in this unit: each finds it locked.
pub(crate) async fn lock_ahead(unit: &UnitOfWork, holds: &[Uuid], variants: &[Uuid]) -> Result<()> {
    let mut ids: BTreeSet<Uuid> = hold::lock_ahead(unit, holds).await?.into_iter().collect();
    ids.extend(variants);
    Shelves::lock_ahead(unit, ids).await
}
