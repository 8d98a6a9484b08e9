//! How far a goal is.

use std::collections::HashMap;

use entity::goals;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    database::Sql,
    edit::{self, check},
    events::EventKind,
    refusal::At,
};

/// Records how far a goal is.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The goal.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What was reached by now, in the goal's own unit.
    pub current_value: Option<Decimal>,
    /// Or what was reached more, or less, than before.
    pub increment: Option<Decimal>,
}

impl Verb for Record {
    /// The goal.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RecordGoalProgress;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: goals::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        super::check_open(&before).at(["id"])?;
        let (field, asked, value) = match (self.current_value, self.increment) {
            (Some(total), None) => ("currentValue", total, Some(total)),
            (None, Some(more)) => ("increment", more, before.current_value.checked_add(more)),
            _ => {
                return Err(
                    check::invalid("currentValue", "exactly one of `currentValue` and `increment` is needed").into()
                );
            }
        };
        check::amount(field, asked)?;
        let value = value.ok_or_else(|| check::invalid(field, "the sum is too large"))?;
        check::amount(field, value)?;
        let after = goals::Model { current_value: value, ..before.clone() };
        edit::update(unit, Self::OPERATION, EventKind::GoalProgressed, &before, after).await
    }
}

/// How far a goal is: 0 is nothing, 1 is its target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What was reached by the target; none without a target above zero.
    pub own: Option<Decimal>,
    /// The mean of its parts, each rolled up in turn and counted as 1 at most; abandoned parts and those that cannot be
    /// measured are left out. Its own when no part is left.
    pub rolled_up: Option<Decimal>,
}

/// The digits of a ratio behind the point.
const DIGITS: u32 = 4;

/// Writes the statement that [`read`] reads: the goals and all below them, each once.
pub fn write(sql: &mut Sql, ids: &[Uuid]) {
    sql.push("WITH RECURSIVE tree(id) AS (SELECT id FROM goals WHERE id").is_any(ids);
    sql.push(" UNION SELECT goals.id FROM goals JOIN tree ON goals.parent_goal_id = tree.id) ");
    sql.push("SELECT g.id, g.parent_goal_id, CASE g.status WHEN 'abandoned' THEN 1 ELSE 0 END AS abandoned, ");
    sql.push("g.target_value, g.current_value FROM tree JOIN goals AS g ON g.id = tree.id");
}

/// How far each goal is.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Progress>> {
    let mut own = HashMap::new();
    let mut parts: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        let id: Uuid = row.try_get_by("id")?;
        let (parent, abandoned): (Option<Uuid>, i32) =
            (row.try_get_by("parent_goal_id")?, row.try_get_by("abandoned")?);
        let (target, current): (Option<Decimal>, Decimal) =
            (row.try_get_by("target_value")?, row.try_get_by("current_value")?);
        own.insert(id, ratio(current, target));
        if let Some(parent) = parent.filter(|_| abandoned == 0) {
            parts.entry(parent).or_default().push(id);
        }
    }
    let mut progress = HashMap::new();
    for id in upwards(&own, &parts) {
        let measured = parts.get(&id).into_iter().flatten();
        let measured = measured.filter_map(|part| progress.get(part).and_then(|part: &Progress| part.rolled_up));
        let own = own.get(&id).copied().flatten();
        progress.insert(id, Progress { own, rolled_up: mean(measured).or(own) });
    }
    Ok(progress)
}

fn ratio(current: Decimal, target: Option<Decimal>) -> Option<Decimal> {
    let target = target.filter(|target| *target > Decimal::ZERO)?;
    current.checked_div(target).map(rounded)
}

fn rounded(mut ratio: Decimal) -> Decimal {
    ratio.rescale(DIGITS);
    ratio
}

fn mean(values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let (sum, count) = values.fold((Decimal::ZERO, 0_i64), |(sum, count), value| {
        (sum + value.clamp(Decimal::ZERO, Decimal::ONE), count + 1)
    });
    sum.checked_div(Decimal::from(count)).map(rounded)
}

/// All goals, parts before the whole.
fn upwards(goals: &HashMap<Uuid, Option<Decimal>>, parts: &HashMap<Uuid, Vec<Uuid>>) -> Vec<Uuid> {
    let below: std::collections::HashSet<&Uuid> = parts.values().flatten().collect();
    let mut order: Vec<Uuid> = goals.keys().filter(|id| !below.contains(id)).copied().collect();
    let mut next = 0;
    while let Some(id) = order.get(next) {
        let parts = parts.get(id).into_iter().flatten();
        order.extend(parts.copied().collect::<Vec<_>>());
        next += 1;
    }
    order.reverse();
    order
}
