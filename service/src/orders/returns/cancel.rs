//! Goods that do not come back.

use entity::{returns, sea_orm_active_enums::ReturnStatus};
use serde::Serialize;
use uuid::Uuid;

use super::{Returned, lines};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, orders::part, refusal::At, state};

/// Cancels a return: nothing comes back any more. What came back of it by then did: it is a received one with the rest
/// left out.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// The return.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Cancel {
    type Outcome = Returned;
    const OPERATION: Operation = Operation::CancelReturn;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Returned> {
        let (order, before) = part::lock::<returns::Model>(unit, self.id, self.expected_version).await.at(["id"])?;
        state::check(before.status, ReturnStatus::Cancelled).at(["id"])?;
        let lines = lines::read(unit, self.id).await?;
        let mut after = before.clone();
        after.status = ReturnStatus::Cancelled;
        if lines.iter().any(|line| line.received_quantity > 0) {
            after.status = ReturnStatus::Received;
            after.received_at = Some(unit.now().into());
        }
        edit::update(unit, Self::OPERATION, EventKind::ReturnCancelled, &before, after).await?;
        Ok(Returned { order_return: self.id, order: order.id })
    }
}
