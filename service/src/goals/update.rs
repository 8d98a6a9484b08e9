//! Changing a goal.

use chrono::NaiveDate;
use entity::{
    goals,
    sea_orm_active_enums::{GoalStatus, GoalType},
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::{Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At, state};

/// Updates a goal. What is closed stays so.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The goal.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What is to be reached.
    pub name: Change<String>,
    /// More about it.
    pub description: Change<Option<String>>,
    /// What it is about.
    pub r#type: Change<GoalType>,
    /// The number to be reached.
    pub target_value: Change<Option<Decimal>>,
    /// The day by which it is to be reached.
    pub target_date: Change<Option<NaiveDate>>,
    /// The agent who answers for it.
    pub owner_agent_id: Change<Option<Uuid>>,
    /// The goal that it is a part of.
    pub parent_goal_id: Change<Option<Uuid>>,
    /// Whether it is set aside for now.
    pub suspended: Change<bool>,
}

impl Verb for Update {
    /// The goal.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateGoal;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        if let Change::Set(Some(parent)) = self.parent_goal_id {
            super::TREE.check_move(unit, self.id, parent, "parentGoalId").await?;
            super::above(unit, parent).await?;
        }
        let before: goals::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut goal = before.clone();
        self.name.apply(&mut goal.name);
        self.description.apply(&mut goal.description);
        self.r#type.apply(&mut goal.r#type);
        self.target_value.apply(&mut goal.target_value);
        self.target_date.apply(&mut goal.target_date);
        self.owner_agent_id.apply(&mut goal.owner_agent_id);
        self.parent_goal_id.apply(&mut goal.parent_goal_id);
        if let Change::Set(suspended) = self.suspended {
            goal.status = if suspended { GoalStatus::Suspended } else { GoalStatus::Active };
            if goal.status != before.status {
                state::check(before.status, goal.status).at(["suspended"])?;
            }
        }
        super::check_values(&goal)?;
        if goal.owner_agent_id != before.owner_agent_id {
            super::check_owner(unit, goal.owner_agent_id).await?;
        }
        edit::update(unit, Self::OPERATION, EventKind::GoalUpdated, &before, goal).await
    }
}
