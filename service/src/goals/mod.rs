//! Goals: what the company and its agents want to reach.
//!
//! - [`create`], [`update`], [`split`], [`close`]: a goal itself. [`progress`]: how far it is, noted and rolled up.
//!   [`forecast`]: whether it will be reached in time.

pub mod close;
pub mod create;
pub mod forecast;
pub mod progress;
pub mod split;
pub mod update;

use entity::{agents, goals, sea_orm_active_enums::GoalStatus};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    edit::{self, Tree, check},
    refusal::{At, Refusal},
    state::{self, State},
};

const TREE: Tree = Tree { table: "goals", up: "parent_goal_id", noun: "goal" };

/// Refuses what no goal may be.
fn check_values(goal: &goals::Model) -> Result<(), Refusal> {
    check::text("name", &goal.name, check::NAME)?;
    if let Some(target) = goal.target_value {
        check::amount("targetValue", target)?;
    }
    check::amount("currentValue", goal.current_value)
}

/// Refuses an owner that is not there.
async fn check_owner(unit: &UnitOfWork, owner: Option<Uuid>) -> Result<()> {
    match owner {
        Some(owner) => edit::find::<agents::Model>(unit, owner).await.map(drop).at(["ownerAgentId"]),
        None => Ok(()),
    }
}

/// Refuses a goal that is closed, where one is needed that is not.
fn check_open(goal: &goals::Model) -> Result<(), Refusal> {
    match goal.status.allowed().is_empty() {
        true => state::check(goal.status, goal.status),
        false => Ok(()),
    }
}

/// Closed goals stay closed.
impl State for GoalStatus {
    const NOUN: &'static str = "goal";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Active => &[Self::Suspended, Self::Achieved, Self::Missed, Self::Abandoned],
            Self::Suspended => &[Self::Active, Self::Achieved, Self::Missed, Self::Abandoned],
            Self::Achieved | Self::Missed | Self::Abandoned => &[],
        }
    }
}

/// Reads the goal that another one becomes a part of, and keeps it open until the end.
async fn above(unit: &UnitOfWork, parent: Uuid) -> Result<goals::Model> {
    let parent: goals::Model = edit::hold(unit, parent).await.at(["parentGoalId"])?;
    check_open(&parent).at(["parentGoalId"])?;
    Ok(parent)
}
