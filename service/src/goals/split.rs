//! Dividing a goal.

use chrono::NaiveDate;
use entity::{goals, sea_orm_active_enums::GoalType};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::create::Create;
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    refusal::{At, Code, Refusal},
};

/// The most parts of one split.
const MAX_PARTS: usize = 50;

/// Splits a goal into parts. Each is about the same and to be reached by the same day, where nothing else is said.
#[derive(Clone, Debug, Serialize)]
pub struct Split {
    /// The goal.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a goal.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// What is to be reached.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// What it is about.
    pub r#type: Option<GoalType>,
    /// The number to be reached.
    pub target_value: Option<Decimal>,
    /// The day by which it is to be reached.
    pub target_date: Option<NaiveDate>,
    /// The agent who answers for it.
    pub owner_agent_id: Option<Uuid>,
}

/// What became of a goal that was split.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parts {
    /// The goal.
    pub goal: Uuid,
    /// Its new parts, in the order of the call.
    pub parts: Vec<Uuid>,
}

impl Verb for Split {
    type Outcome = Parts;
    const OPERATION: Operation = Operation::SplitGoal;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Parts> {
        if self.parts.is_empty() {
            return Err(edit::check::invalid("parts", "a goal is split into at least one child goal").into());
        }
        if self.parts.len() > MAX_PARTS {
            let message = format!("a goal can be split into at most {MAX_PARTS} child goals at once");
            return Err(Refusal::new(Code::LimitReached, message).at(["parts"]).into());
        }
        super::TREE.check_new(unit, self.id, "id").await?;
        let whole: goals::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        super::check_open(&whole).at(["id"])?;
        let mut parts = Vec::with_capacity(self.parts.len());
        for (index, part) in self.parts.iter().enumerate() {
            let goal = part.of(&whole).row(unit);
            let place = ["parts", &index.to_string()];
            super::check_values(&goal).under(place)?;
            super::check_owner(unit, goal.owner_agent_id).await.under(place)?;
            parts.push(edit::insert(unit, Self::OPERATION, goal).await?);
        }
        Ok(Parts { goal: whole.id, parts })
    }
}

impl Part {
    fn of(&self, whole: &goals::Model) -> Create {
        Create {
            name: self.name.clone(),
            description: self.description.clone(),
            r#type: self.r#type.unwrap_or(whole.r#type),
            target_value: self.target_value,
            current_value: Decimal::ZERO,
            target_date: self.target_date.or(whole.target_date),
            owner_agent_id: self.owner_agent_id,
            parent_goal_id: Some(whole.id),
        }
    }
}
