//! Removing a quote.

use entity::{orders, sea_orm_active_enums::OrderStatus};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, orders::settle::tell, refusal::At, state,
    stock,
};

/// Deletes a draft order; what it keeps is free again.
#[derive(Clone, Debug, Serialize)]
pub struct Delete {
    /// The draft.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Delete {
    /// The draft.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::DeleteDraftOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut order: orders::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        if order.status != OrderStatus::Draft {
            let refusal = state::refuse_in(order.status, "only a draft can be deleted: cancel the order instead");
            return Err(refusal.at(["id"]).into());
        }
        stock::release_order(unit, self.id).await?;
        let before = order.clone();
        order.version += 1;
        tell(unit, Some(&before), &order, EventKind::OrderDraftDeleted);
        edit::remove(unit, Self::OPERATION, before).await
    }
}
