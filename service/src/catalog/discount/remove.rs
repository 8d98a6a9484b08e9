//! Removing a discount, or taking one out of use that orders have used.

use entity::discounts;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::uses;
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, refusal::At};

/// Removes a discount. One that orders have used stays, and is not used any more.
#[derive(Clone, Debug, Serialize)]
pub struct Remove {
    /// The discount.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Removed {
    /// The discount.
    pub discount: Uuid,
    /// Whether it is gone.
    pub is_gone: bool,
}

impl Verb for Remove {
    type Outcome = Removed;
    const OPERATION: Operation = Operation::RemoveDiscount;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Removed> {
        let before: discounts::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let is_gone = uses(unit, before.id).await? == 0;
        if is_gone {
            edit::remove(unit, Self::OPERATION, before).await?;
        } else {
            let after = discounts::Model { is_active: false, ..before.clone() };
            edit::update(unit, Self::OPERATION, None, &before, after).await?;
        }
        Ok(Removed { discount: self.id, is_gone })
    }
}
