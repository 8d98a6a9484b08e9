//! Cancelling a job.

use entity::sea_orm_active_enums::BulkJobStatus;
use serde::Serialize;
use uuid::Uuid;

use super::{rights, row};
use crate::{Result, UnitOfWork, Verb, access::Operation, events::EventKind, principal::Role};

/// Cancels a job. What it has done stays: the server that runs it ends before the next unit of its work. Agents cancel
/// their own only.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// The job.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Cancel {
    /// The job.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CancelBulkJob;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let job = row::lock(unit, self.id, self.expected_version).await?;
        if unit.principal().role == Role::Agent {
            rights::check_own(unit, &job).await?;
        }
        row::move_to(unit, &job, BulkJobStatus::Cancelled, EventKind::JobEnded)?;
        Ok(self.id)
    }
}
