//! Whether goods may come back.

use entity::{returns, sea_orm_active_enums::ReturnStatus};
use serde::Serialize;
use uuid::Uuid;

use super::{Returned, request::check_note};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, orders::part, refusal::At, state};

/// Approves or refuses a return.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    /// The return.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Whether the goods may come back.
    pub approve: bool,
    /// Why, for people.
    pub comment: Option<String>,
}

impl Verb for Decide {
    type Outcome = Returned;
    const OPERATION: Operation = Operation::DecideReturn;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Returned> {
        check_note("comment", self.comment.as_deref())?;
        let (order, before) = part::lock::<returns::Model>(unit, self.id, self.expected_version).await.at(["id"])?;
        let (status, kind) = match self.approve {
            true => (ReturnStatus::Approved, EventKind::ReturnApproved),
            false => (ReturnStatus::Refused, EventKind::ReturnRefused),
        };
        state::check(before.status, status).at(["id"])?;
        let (note, decided_at) = (self.note(before.note.as_deref()), Some(unit.now().into()));
        let after = returns::Model { status, note, decided_at, ..before.clone() };
        edit::update(unit, Self::OPERATION, kind, &before, after).await?;
        Ok(Returned { order_return: self.id, order: order.id })
    }
}

impl Decide {
    /// The comment, behind what was said before.
    fn note(&self, before: Option<&str>) -> Option<String> {
        let said = [before, self.comment.as_deref()].into_iter().flatten();
        Some(said.collect::<Vec<_>>().join("\n")).filter(|note| !note.is_empty())
    }
}
