//! The ends of an attempt: done, failed, or given back.

use entity::sea_orm_active_enums::{AttemptOutcome, TaskStatus};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    changes::Changes,
    hand::{self, Hand, OnHeld},
    item::Item,
    lease::Held,
};
use crate::{Result, Unit, Verb, access::Operation, edit::check, refusal::Refusal, value};

/// Ends tasks well.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    /// Each with its token and its result.
    pub items: Vec<Completion>,
}

/// A task that is done.
#[derive(Clone, Debug, Serialize)]
pub struct Completion {
    /// The task and its token.
    #[serde(flatten)]
    pub held: Held,
    /// What it produced, an object.
    pub output: Json,
}

impl Verb for Complete {
    type Outcome = Vec<Item>;
    const OPERATION: Operation = Operation::CompleteTasks;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut Unit) -> Result<Vec<Item>> {
        hand::perform(self, unit).await
    }
}

impl OnHeld for Complete {
    fn held(&self) -> impl Iterator<Item = Held> + Send {
        self.items.iter().map(|item| item.held)
    }

    fn apply(&self, hand: &mut Hand, unit: &mut Unit) -> Result<Vec<Item>> {
        hand.each(
            unit,
            &self.items,
            |item| item.held,
            |changes, unit, item| {
                check::object("outputData", &item.output)?;
                value::check_field("outputData", &item.output)?;
                let now = unit.now();
                changes.end_attempt(unit, item.held.task, AttemptOutcome::Completed)?;
                changes.change(unit, item.held.task, "task.completed", |task| {
                    task.transition(TaskStatus::Completed, now)?;
                    task.output_data = Some(item.output.clone());
                    task.error_code = None;
                    task.error_message = None;
                    Ok(json!({ "attempt": task.attempt }))
                })
            },
        )
    }
}

/// Ends attempts badly.
#[derive(Clone, Debug, Serialize)]
pub struct Fail {
    /// Each with its token and what went wrong.
    pub items: Vec<Failure>,
}

/// An attempt that failed.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// The task and its token.
    #[serde(flatten)]
    pub held: Held,
    /// For programs, at most 100 characters.
    pub code: String,
    /// For people.
    pub message: Option<String>,
    /// Whether another attempt would fail alike.
    pub permanent: bool,
}

impl Verb for Fail {
    type Outcome = Vec<Item>;
    const OPERATION: Operation = Operation::FailTasks;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut Unit) -> Result<Vec<Item>> {
        hand::perform(self, unit).await
    }
}

impl OnHeld for Fail {
    fn held(&self) -> impl Iterator<Item = Held> + Send {
        self.items.iter().map(|item| item.held)
    }

    fn apply(&self, hand: &mut Hand, unit: &mut Unit) -> Result<Vec<Item>> {
        hand.each(
            unit,
            &self.items,
            |item| item.held,
            |changes, unit, item| {
                if item.code.is_empty() || item.code.chars().count() > 100 {
                    return Err(Refusal::invalid("errorCode", "an error code has 1 to 100 characters").into());
                }
                value::check_text("errorCode", &item.code)?;
                value::check_text("errorMessage", item.message.as_deref().unwrap_or_default())?;
                let error =
                    AttemptError { code: &item.code, message: item.message.as_deref(), permanent: item.permanent };
                fail_attempt(changes, unit, item.held.task, AttemptOutcome::Failed, &error)
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
    changes: &mut Changes,
    unit: &mut Unit,
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

/// Gives tasks back: an interruption, which does not count as an attempt.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Each with its token.
    pub items: Vec<Held>,
}

impl Verb for Release {
    type Outcome = Vec<Item>;
    const OPERATION: Operation = Operation::ReleaseTasks;

    async fn perform(&self, unit: &mut Unit) -> Result<Vec<Item>> {
        hand::perform(self, unit).await
    }
}

impl OnHeld for Release {
    fn held(&self) -> impl Iterator<Item = Held> + Send {
        self.items.iter().copied()
    }

    fn apply(&self, hand: &mut Hand, unit: &mut Unit) -> Result<Vec<Item>> {
        hand.each(
            unit,
            &self.items,
            |item| *item,
            |changes, unit, item| {
                let now = unit.now();
                changes.end_attempt(unit, item.task, AttemptOutcome::Released)?;
                changes.change_to(unit, item.task, |task| {
                    if task.cancel_requested_at.is_some() {
                        task.transition(TaskStatus::Cancelled, now)?;
                        return Ok(("task.cancelled", json!({})));
                    }
                    task.uncount_attempt();
                    task.transition(TaskStatus::Pending, now)?;
                    Ok(("task.released", json!({ "attempt": task.attempt })))
                })
            },
        )
    }
}
