//! Keeping leases and saying how far the work is.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    claim::Lease,
    item::{Item, check_size},
    leased::{self, LeaseCall, LeasedTasks},
    task::lock_tasks_only,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, Scope},
    database::{Column, columns},
    events::EventKind,
    refusal::{At, Refusal},
    value,
};

/// A task and the token of its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRef {
    /// The task.
    pub task_id: Uuid,
    /// The token.
    pub token: Uuid,
}

/// Extends leases, by what each was claimed for.
#[derive(Clone, Debug, Serialize)]
pub struct Heartbeat {
    /// Which ones.
    pub items: Vec<LeaseRef>,
}

/// What heartbeats found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeartbeatOutcome {
    /// The leases that go on.
    pub leases: Vec<Lease>,
    /// What became of each item.
    pub items: Vec<Item>,
}

impl Verb for Heartbeat {
    type Outcome = HeartbeatOutcome;
    const OPERATION: Operation = Operation::HeartbeatTasks;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<HeartbeatOutcome> {
        leased::perform(self, unit).await
    }
}

impl LeaseCall for Heartbeat {
    fn held(&self) -> impl Iterator<Item = LeaseRef> + Send {
        self.items.iter().copied()
    }

    fn apply(&self, tasks: &mut LeasedTasks, unit: &mut UnitOfWork) -> Result<HeartbeatOutcome> {
        let mut leases = Vec::with_capacity(self.items.len());
        let items = tasks.each(
            unit,
            &self.items,
            |item| *item,
            |changes, unit, item| {
                let task = changes.extend(unit, item.task_id)?;
                leases.push(Lease {
                    task: task.id,
                    token: item.token,
                    attempt: task.attempt,
                    expires_at: task.lease_expires_at.unwrap_or(unit.now()),
                    cancel_requested: task.cancel_requested_at.is_some(),
                });
                Ok(())
            },
        )?;
        Ok(HeartbeatOutcome { leases, items })
    }
}

/// Reports how far tasks are.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Each with its token.
    pub items: Vec<Progress>,
}

/// How far a task is.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    /// The task.
    pub task_id: Uuid,
    /// The token.
    pub token: Uuid,
    /// From 0 to 100.
    pub percentage: Option<Decimal>,
    /// The same in words.
    pub message: Option<String>,
}

struct Reported<'a> {
    id: Uuid,
    version: i32,
    progress_percentage: Option<Decimal>,
    progress_message: Option<&'a str>,
}

fn columns<'a>() -> Vec<Column<Reported<'a>>> {
    columns!(Reported<'a>: id, version, progress_percentage, progress_message).into()
}

impl Verb for Report {
    type Outcome = Vec<Item>;
    const OPERATION: Operation = Operation::ReportProgress;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Item>> {
        check_size("items", self.items.len())?;
        let ids: Vec<Uuid> = self.items.iter().map(|item| item.task_id).collect();
        let mut tasks = lock_tasks_only(unit, &ids).await?;
        let scope = Scope::of(unit, tasks.values().map(|task| task.agent)).await?;
        let (mut items, mut reported) = (Vec::new(), BTreeMap::new());
        for (index, item) in self.items.iter().enumerate() {
            let mut report = || {
                let task = tasks.get_mut(&item.task_id).ok_or(Error::NotFound("task", item.task_id));
                let task = task.at(["taskId"])?;
                scope.check(task.agent).at(["taskId"])?;
                task.fence(item.token)?;
                if item
                    .percentage
                    .is_some_and(|percentage| percentage < Decimal::ZERO || percentage > Decimal::ONE_HUNDRED)
                {
                    return Err(Refusal::invalid("percentage", "a percentage must be 0 to 100").into());
                }
                value::check_text("message", item.message.as_deref().unwrap_or_default())?;
                let percentage = item.percentage.map(|percentage| percentage.round_dp(2));
                unit.emit(
                    task.event(EventKind::TaskProgressed, json!({ "percentage": percentage, "message": item.message })),
                );
                let now = Reported {
                    id: task.id,
                    version: task.version,
                    progress_percentage: percentage,
                    progress_message: item.message.as_deref(),
                };
                // Of several reports on one task the last stays.
                reported.insert(task.id, now);
                Ok(())
            };
            items.push(Item::of(index, item.task_id, report())?);
        }
        let reported: Vec<_> = reported.into_values().collect();
        if !reported.is_empty() {
            let mut sql = unit.sql();
            sql.update("tasks", &columns(), &[("updated_at", unit.now().into())], &reported);
            unit.execute(sql).await?;
        }
        Ok(items)
    }
}
