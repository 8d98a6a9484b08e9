//! Goals: what the company and its agents want to reach.
//!
//! - [`create`], [`update`], [`split`], [`close`]: a goal itself. [`progress`]: how far it is, noted and rolled up.

pub mod close;
pub mod create;
pub mod progress;
pub mod split;
pub mod update;

use entity::{agents, goals, sea_orm_active_enums::GoalStatus};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    edit::{self, Tree, check},
    refusal::{At, Code, Facts, Refusal},
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
    check_move(goal.status, goal.status)
}

/// Where a goal can go from a state; closed ones stay closed.
const fn allowed(from: GoalStatus) -> &'static [GoalStatus] {
    use GoalStatus::{Abandoned, Achieved, Active, Missed, Suspended};
    match from {
        Active => &[Active, Suspended, Achieved, Missed, Abandoned],
        Suspended => &[Suspended, Active, Achieved, Missed, Abandoned],
        Achieved | Missed | Abandoned => &[],
    }
}

fn check_move(from: GoalStatus, to: GoalStatus) -> Result<(), Refusal> {
    if allowed(from).contains(&to) {
        return Ok(());
    }
    let name = |status: &GoalStatus| {
        let name = serde_json::to_value(status).ok();
        name.as_ref().and_then(Json::as_str).unwrap_or_default().to_uppercase()
    };
    let facts = Facts::Transition {
        from: name(&from),
        to: name(&to),
        allowed: allowed(from).iter().filter(|status| **status != from).map(name).collect(),
    };
    let message = format!("the goal is {}, which is final", name(&from));
    Err(Refusal::new(Code::InvalidTransition, message).with(facts))
}

/// Reads the goal that another one becomes a part of.
async fn above(unit: &UnitOfWork, parent: Uuid) -> Result<goals::Model> {
    let parent: goals::Model = edit::find(unit, parent).await.at(["parentGoalId"])?;
    check_open(&parent).at(["parentGoalId"])?;
    Ok(parent)
}
