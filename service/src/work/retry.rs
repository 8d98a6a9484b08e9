//! New attempts of tasks that have failed for good.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::TaskStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{changes::Changes, execution::reopen, state};
use crate::{
    Result, Unit, Verb,
    access::Operation,
    refusal::{At, Refusal},
};

/// Opens another attempt of a failed task.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Retry {
    /// The task.
    pub task: Uuid,
}

impl Verb for Retry {
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RetryTask;

    async fn perform(&self, unit: &mut Unit) -> Result<Uuid> {
        open_attempts(unit, &[self.task], true).await.at(["taskId"])?;
        Ok(self.task)
    }
}

/// Opens another attempt of every failed task that fits.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Redrive {
    /// Of these agents; of all when empty.
    pub agents: Vec<Uuid>,
    /// Of these types; of all when empty.
    pub task_types: Vec<String>,
    /// That failed with these codes; with any when empty.
    pub error_codes: Vec<String>,
    /// Of this execution.
    pub execution: Option<Uuid>,
    /// That failed at this time or later.
    pub failed_from: Option<DateTime<Utc>>,
    /// That failed before this time.
    pub failed_before: Option<DateTime<Utc>>,
    /// At most so many, the oldest first: 1 to 1000.
    pub limit: u32,
    /// Only says which ones it would be.
    pub dry_run: bool,
}

/// The tasks that were, or would be, opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Redriven {
    /// Their ids.
    pub tasks: Vec<Uuid>,
}

impl Verb for Redrive {
    type Outcome = Redriven;
    const OPERATION: Operation = Operation::RedriveTasks;

    async fn perform(&self, unit: &mut Unit) -> Result<Redriven> {
        let tasks = self.find(unit).await?;
        if !self.dry_run {
            open_attempts(unit, &tasks, false).await?;
        }
        Ok(Redriven { tasks })
    }
}

impl Redrive {
    async fn find(&self, unit: &Unit) -> Result<Vec<Uuid>> {
        let mut sql = unit.sql();
        sql.push("SELECT id FROM tasks WHERE status = 'failed'");
        if !self.agents.is_empty() {
            sql.push(" AND assigned_agent_id").is_any(&self.agents);
        }
        for (column, texts) in [("task_type", &self.task_types), ("error_code", &self.error_codes)] {
            if !texts.is_empty() {
                sql.write(format_args!(" AND {column} IN ")).list(texts, |sql, text| {
                    sql.bind(text.as_str());
                });
            }
        }
        if let Some(execution) = self.execution {
            sql.push(" AND workflow_execution_id = ").bind(execution);
        }
        if let Some(from) = self.failed_from {
            sql.push(" AND completed_at >= ").bind(from);
        }
        if let Some(before) = self.failed_before {
            sql.push(" AND completed_at < ").bind(before);
        }
        sql.write(format_args!(" ORDER BY completed_at, id LIMIT {}", self.limit.clamp(1, 1000)));
        Ok(unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?)
    }
}

/// Opens attempts; tasks that have not failed are refused, or left out when they were found without a lock.
async fn open_attempts(unit: &mut Unit, ids: &[Uuid], strictly: bool) -> Result<()> {
    let mut changes = Changes::lock(unit, ids).await?;
    let executions: Vec<Uuid> = changes.iter().filter_map(|task| task.execution).collect();
    for id in ids {
        let status = changes.get(*id)?.status;
        if status != TaskStatus::Failed && !strictly {
            continue;
        }
        if status != TaskStatus::Failed {
            state::check(status, TaskStatus::Pending)?;
            return Err(
                Refusal::new(crate::refusal::Code::InvalidTransition, "only a failed task is tried again").into()
            );
        }
        let now = unit.now();
        changes.change(unit, *id, "task.redriven", |task| {
            task.transition(TaskStatus::Pending, now)?;
            task.max_attempts = task.max_attempts.max(task.attempt + 1).min(100);
            task.open_dependencies = 0;
            task.run_after = None;
            Ok(json!({ "attempt": task.attempt, "maxAttempts": task.max_attempts }))
        })?;
    }
    changes.save(unit).await?;
    reopen(unit, &executions).await
}
