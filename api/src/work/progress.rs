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

use crate::read::{
    load::{Aggregate, aggregate},
    scalars::Id,
};

/// Progress of a goal: 0 is nothing, 1 is the target reached.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct GoalProgress {
    /// Current value divided by target value; above 1 if exceeded; null without a target above zero.
    own: Option<Decimal>,
    /// Mean of the rolled-up progress of its child goals, each counted as at most 1. Abandoned goals and goals that
    /// cannot be measured are left out. Same as `own` if no child goal is left.
    rolled_up: Option<Decimal>,
}

/// How far a goal is, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Of;

impl Aggregate for Of {
    type Value = Progress;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        progress::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Progress>> {
        progress::read(rows)
    }
}

pub(super) async fn of(ctx: &Context<'_>, goal: Id) -> Result<GoalProgress> {
    let Progress { own, rolled_up } = aggregate(ctx, Of, goal.0).await?;
    Ok(GoalProgress { own, rolled_up })
}
