//! Ending a goal.

use entity::{goals, sea_orm_active_enums::GoalStatus};
use serde::Serialize;
use uuid::Uuid;

use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At, state};

/// Closes a goal for good.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    /// The goal.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// How it ended.
    pub status: End,
}

/// How a goal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum End {
    /// It was reached.
    Achieved,
    /// Its date passed without it being reached.
    Missed,
    /// It was given up.
    Abandoned,
}

impl Verb for Close {
    /// The goal.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CloseGoal;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: goals::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let status = match self.status {
            End::Achieved => GoalStatus::Achieved,
            End::Missed => GoalStatus::Missed,
            End::Abandoned => GoalStatus::Abandoned,
        };
        state::check(before.status, status).at(["id"])?;
        let after = goals::Model { status, ..before.clone() };
        edit::update(unit, Self::OPERATION, EventKind::GoalClosed, &before, after).await
    }
}
