//! How far goals are.

use std::collections::HashMap;

use async_graphql::{Context, SimpleObject};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{
    Result,
    database::Sql,
    goals::progress::{self, Progress},
};
use uuid::Uuid;

use super::Goal;
use crate::read::load::{Figure, figure};

/// How far a goal is: 0 is nothing, 1 is its target.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct GoalProgress {
    /// What was reached by the target, more than 1 when it was passed; null without a target above zero.
    own: Option<Decimal>,
    /// The mean of its parts, each rolled up in turn and counted as 1 at most; abandoned parts and those that cannot be
    /// measured are left out. Its own when no part is left, null when that is too.
    rolled_up: Option<Decimal>,
}

/// How far a goal is, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Of;

impl Figure for Of {
    type Value = Progress;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        progress::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Progress>> {
        progress::read(rows)
    }
}

pub(super) async fn of(goal: &Goal, ctx: &Context<'_>) -> Result<GoalProgress> {
    let Progress { own, rolled_up } = figure(ctx, Of, goal.id.get()?.0).await?;
    Ok(GoalProgress { own, rolled_up })
}
