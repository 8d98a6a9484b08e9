//! A task that its worker holds, for other parts of the service: what the worker reports to them ends the task, too.

use entity::sea_orm_active_enums::{AttemptOutcome, TaskStatus};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    cancel,
    finish::{AttemptError, complete_attempt, fail_attempt},
    lease::LeaseRef,
    task_batch::TaskBatch,
};
use crate::{Result, UnitOfWork, access::within, refusal::At};

/// A task that its worker holds, locked.
#[derive(Debug)]
pub(crate) struct HeldTask {
    id: Uuid,
    changes: TaskBatch,
}

impl HeldTask {
    /// Locks a task; refuses a principal that does not act for its agent, and a token that does not hold its lease.
    pub(crate) async fn take(unit: &UnitOfWork, held: LeaseRef) -> Result<Self> {
        let id = held.task_id;
        let changes = TaskBatch::lock(unit, &[id]).await?;
        let agent = changes.get(id).at(["taskId"])?.agent;
        within(unit, [agent]).await.at(["taskId"])?;
        changes.get(id)?.fence(held.token)?;
        Ok(Self { id, changes })
    }

    /// Whether its worker was asked to stop.
    pub(crate) fn is_stopping(&self) -> Result<bool> {
        Ok(self.changes.get(self.id)?.cancel_requested_at.is_some())
    }

    /// Completes it.
    pub(crate) async fn complete(mut self, unit: &mut UnitOfWork, output: &Json) -> Result<()> {
        complete_attempt(&mut self.changes, unit, self.id, output)?;
        self.changes.save(unit).await
    }

    /// Ends the attempt badly; whether another one follows.
    pub(crate) async fn fail(mut self, unit: &mut UnitOfWork, code: &str, permanent: bool) -> Result<bool> {
        let error = AttemptError { code, message: None, permanent };
        fail_attempt(&mut self.changes, unit, self.id, AttemptOutcome::Failed, &error)?;
        let is_retried = self.changes.get(self.id)?.status == TaskStatus::Pending;
        self.changes.save(unit).await.map(|()| is_retried)
    }

    /// Cancels it.
    pub(crate) async fn cancel(mut self, unit: &mut UnitOfWork, reason: &str) -> Result<()> {
        cancel::end(unit, &mut self.changes, self.id, Some(reason))?;
        self.changes.save(unit).await
    }
}
