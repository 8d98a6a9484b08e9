//! Adding a goal.

use chrono::NaiveDate;
use entity::{
    goals,
    sea_orm_active_enums::{GoalStatus, GoalType},
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::{Result, UnitOfWork, Verb, access::Operation, edit};

/// Creates a goal.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What is to be reached.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// What it is about.
    pub r#type: GoalType,
    /// The number to be reached.
    pub target_value: Option<Decimal>,
    /// The number reached so far.
    pub current_value: Decimal,
    /// The day by which it is to be reached.
    pub target_date: Option<NaiveDate>,
    /// The agent who answers for it.
    pub owner_agent_id: Option<Uuid>,
    /// The goal that it is a part of.
    pub parent_goal_id: Option<Uuid>,
}

impl Verb for Create {
    /// The goal.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateGoal;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        if let Some(parent) = self.parent_goal_id {
            super::TREE.check_new(unit, parent, "parentGoalId").await?;
            super::above(unit, parent).await?;
        }
        let goal = self.row(unit);
        super::check_values(&goal)?;
        super::check_owner(unit, goal.owner_agent_id).await?;
        edit::insert(unit, Self::OPERATION, goal).await
    }
}

impl Create {
    /// Its row.
    pub(super) fn row(&self, unit: &UnitOfWork) -> goals::Model {
        goals::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            description: self.description.clone(),
            r#type: self.r#type,
            target_value: self.target_value,
            current_value: self.current_value,
            target_date: self.target_date,
            owner_agent_id: self.owner_agent_id,
            parent_goal_id: self.parent_goal_id,
            status: GoalStatus::Active,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        }
    }
}
