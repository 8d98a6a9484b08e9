//! The ends of an attempt: done, failed, or given back.

use entity::sea_orm_active_enums::{AttemptOutcome, TaskStatus};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    item::Item,
    lease::LeaseRef,
    leased::{self, LeaseCall, LeasedTasks},
    task_batch::TaskBatch,
};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit::check, events::EventKind, refusal::Refusal, value};

/// Completes tasks.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    /// Each with its token and its result.
    pub items: Vec<Completion>,
}

/// A task that is done.
#[derive(Clone, Debug, Serialize)]
pub struct Completion {
    /// The task.
    pub task_id: Uuid,
    /// The token.
    pub token: Uuid,
    /// What it produced, an object.
    pub output_data: Json,
}

impl Completion {
    fn held(&self) -> LeaseRef {
        LeaseRef { task_id: self.task_id, token: self.token }
    }
}

impl Verb for Complete {
    type Outcome = Vec<Item>;
    const OPERATION: Operation = Operation::CompleteTasks;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Item>> {
        leased::perform(self, unit).await
    }
}

impl LeaseCall for Complete {
    fn held(&self) -> impl Iterator<Item = LeaseRef> + Send {
        self.items.iter().map(|item| item.held())
    }

    fn apply(&self, tasks: &mut LeasedTasks, unit: &mut UnitOfWork) -> Result<Vec<Item>> {
        tasks.each(
            unit,
            &self.items,
            |item| item.held(),
            |changes, unit, item| {
                check::object("outputData", &item.output_data, check::OUTCOME)?;
                value::check_field("outputData", &item.output_data)?;
                complete_attempt(changes, unit, item.task_id, &item.output_data)
            },
        )
    }
}

/// Ends the running attempt of a task well: the task is done.
pub(super) fn complete_attempt(changes: &mut TaskBatch, unit: &mut UnitOfWork, id: Uuid, output: &Json) -> Result<()> {
    let now = unit.now();
    changes.end_attempt(unit, id, AttemptOutcome::Completed)?;
    changes.change(unit, id, EventKind::TaskCompleted, |task| {
        task.transition(TaskStatus::Completed, now)?;
        task.output_data = Some(output.clone());
        task.error_code = None;
        task.error_message = None;
        Ok(json!({ "attempt": task.attempt }))
    })
}

/// Fails tasks: ends their attempts.
#[derive(Clone, Debug, Serialize)]
pub struct Fail {
    /// Each with its token and what went wrong.
    pub items: Vec<Failure>,
}

/// Whether another attempt may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ErrorClass {
    /// It may succeed.
    Retryable,
    /// It would fail alike.
    Permanent,
}

/// An attempt that failed.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// The task.
    pub task_id: Uuid,
    /// The token.
    pub token: Uuid,
    /// For programs, at most 100 characters.
    pub error_code: String,
    /// For people.
    pub error_message: Option<String>,
    /// Whether another attempt may help.
    pub error_class: ErrorClass,
}

impl Failure {
    fn held(&self) -> LeaseRef {
        LeaseRef { task_id: self.task_id, token: self.token }
    }
}

impl Verb for Fail {
    type Outcome = Vec<Item>;
    const OPERATION: Operation = Operation::FailTasks;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Item>> {
        leased::perform(self, unit).await
    }
}

impl LeaseCall for Fail {
    fn held(&self) -> impl Iterator<Item = LeaseRef> + Send {
        self.items.iter().map(|item| item.held())
    }

    fn apply(&self, tasks: &mut LeasedTasks, unit: &mut UnitOfWork) -> Result<Vec<Item>> {
        tasks.each(
            unit,
            &self.items,
            |item| item.held(),
            |changes, unit, item| {
                if item.error_code.is_empty() || item.error_code.chars().count() > 100 {
                    return Err(Refusal::invalid("errorCode", "an error code has 1 to 100 characters").into());
                }
                value::check_text("errorCode", &item.error_code)?;
                value::check_text("errorMessage", item.error_message.as_deref().unwrap_or_default())?;
                let error = AttemptError {
                    code: &item.error_code,
                    message: item.error_message.as_deref(),
                    permanent: item.error_class == ErrorClass::Permanent,
                };
                fail_attempt(changes, unit, item.task_id, AttemptOutcome::Failed, &error)
            },
        )
    }
}

/// What went wrong with an attempt.
pub(super) struct AttemptError<'a> {
    pub(super) code: &'a str,
    pub(super) message: Option<&'a str>,
    pub(super) permanent: bool,
}

/// Ends the running attempt of a task badly: the next one follows, or the task has failed.
pub(super) fn fail_attempt(
    changes: &mut TaskBatch,
    unit: &mut UnitOfWork,
    id: Uuid,
    outcome: AttemptOutcome,
    error: &AttemptError<'_>,
) -> Result<()> {
    let now = unit.now();
    changes.note_error(id, error.code, error.message)?;
    changes.end_attempt(unit, id, outcome)?;
    changes.change_to(unit, id, |task| {
        let kind = task.retry_or_fail(now, error.permanent)?;
        Ok((kind, json!({ "attempt": task.attempt, "errorCode": error.code, "runAfter": task.run_after })))
    })
}

/// Releases tasks: an interruption, which does not count as an attempt.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Each with its token.
    pub items: Vec<LeaseRef>,
}

impl Verb for Release {
    type Outcome = Vec<Item>;
    const OPERATION: Operation = Operation::ReleaseTasks;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Item>> {
        leased::perform(self, unit).await
    }
}

impl LeaseCall for Release {
    fn held(&self) -> impl Iterator<Item = LeaseRef> + Send {
        self.items.iter().copied()
    }

    fn apply(&self, tasks: &mut LeasedTasks, unit: &mut UnitOfWork) -> Result<Vec<Item>> {
        tasks.each(
            unit,
            &self.items,
            |item| *item,
            |changes, unit, item| {
                let now = unit.now();
                changes.end_attempt(unit, item.task_id, AttemptOutcome::Released)?;
                changes.change_to(unit, item.task_id, |task| {
                    if task.cancel_requested_at.is_some() {
                        task.transition(TaskStatus::Cancelled, now)?;
                        return Ok((EventKind::TaskCancelled, json!({})));
                    }
                    task.uncount_attempt();
                    task.transition(TaskStatus::Pending, now)?;
                    Ok((EventKind::TaskReleased, json!({ "attempt": task.attempt })))
                })
            },
        )
    }
}
