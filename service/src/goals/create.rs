//! Adding a goal.

use chrono::NaiveDate;
use entity::{
    goals,
    sea_orm_active_enums::{GoalStatus, GoalType},
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::{Result, Unit, Verb, access::Operation, edit};

/// Adds a goal.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is.
    #[serde(flatten)]
    pub goal: NewGoal,
    /// The number reached so far.
    pub current_value: Decimal,
    /// The goal that it is a part of.
    pub parent: Option<Uuid>,
}

/// A goal to be made.
#[derive(Clone, Debug, Serialize)]
pub struct NewGoal {
    /// What is to be reached.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// What it is about.
    pub kind: GoalType,
    /// The number to be reached.
    pub target_value: Option<Decimal>,
    /// The day by which it is to be reached.
    pub target_date: Option<NaiveDate>,
    /// The agent who answers for it.
    pub owner: Option<Uuid>,
}

impl Verb for Create {
    /// The goal.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateGoal;

    async fn perform(&self, unit: &mut Unit) -> Result<Uuid> {
        if let Some(parent) = self.parent {
            super::TREE.check_new(unit, parent, "parentGoalId").await?;
            super::above(unit, parent).await?;
        }
        let goal = goals::Model { current_value: self.current_value, ..self.goal.row(unit, self.parent) };
        super::check_values(&goal)?;
        super::check_owner(unit, goal.owner_agent_id).await?;
        edit::insert(unit, Self::OPERATION, goal).await
    }
}

impl NewGoal {
    /// Its row.
    pub(super) fn row(&self, unit: &Unit, parent: Option<Uuid>) -> goals::Model {
        goals::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            description: self.description.clone(),
            r#type: self.kind,
            target_value: self.target_value,
            current_value: Decimal::ZERO,
            target_date: self.target_date,
            owner_agent_id: self.owner,
            parent_goal_id: parent,
            status: GoalStatus::Active,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        }
    }
}
