//! Ending an order well.

use entity::{orders, sea_orm_active_enums::OrderStatus};
use serde::Serialize;
use uuid::Uuid;

use super::{
    settle::save,
    state::{self, Act, Verdict},
};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At, settings};

/// Completes an order that is out and paid.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    /// The order.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Complete {
    /// The order.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CompleteOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before = super::lock(unit, self.id).await.at(["id"])?;
        edit::check_version(self.expected_version, before.version)?;
        if state::check(&before, Act::Complete).at(["id"])? == Verdict::Same {
            return Ok(self.id);
        }
        let settings = settings::load(unit).await?;
        let mut order = before.clone();
        finish(unit, &mut order);
        save(unit, &settings, &before, order, Some(EventKind::OrderCompleted)).await?;
        Ok(self.id)
    }
}

/// Makes it a completed order.
pub(super) fn finish(unit: &UnitOfWork, order: &mut orders::Model) {
    order.status = OrderStatus::Completed;
    order.completed_at = Some(unit.now().into());
}
