//! Starting a job.

use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobStatus, BulkPart},
};
use serde::Serialize;
use uuid::Uuid;

use super::{checkpoint::Checkpoint, kind, rights, row, together};
use crate::{Result, UnitOfWork, Verb, access::Operation, events::EventKind, refusal::At, state};

/// Starts a job that has its file: the next server that is free runs it.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// The job.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Start {
    /// The job.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::StartBulkJob;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let job = row::lock(unit, self.id, self.expected_version).await?;
        rights::check_own(unit, &job).await?;
        if job.status == BulkJobStatus::Waiting && !kind::is_export(job.kind) {
            check_file(unit, &job).await?;
            // Of other files it is not known yet how many rows they have.
            let rows = job.total_rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or_default();
            together::check_rows(job.on_error, rows).at(["id"])?;
        }
        row::move_to(unit, &job, BulkJobStatus::Pending, EventKind::JobStarted)?;
        Ok(self.id)
    }
}

/// Refuses a job whose file is not complete.
async fn check_file(unit: &UnitOfWork, job: &bulk_jobs::Model) -> Result<()> {
    let input = Checkpoint::read(&job.checkpoint)?.input;
    let mut sql = unit.sql();
    sql.push("SELECT count(*) AS n FROM bulk_chunks WHERE job_id = ").bind(job.id).push(" AND part = ");
    sql.literal(&BulkPart::Input);
    let rows = unit.rows(sql).await?;
    let stored: i64 = rows.first().map(|row| row.try_get_by("n")).transpose()?.unwrap_or_default();
    match input.is_complete && stored == i64::from(input.pieces) {
        true => Ok(()),
        false if input.is_complete => {
            let message = "the file was removed: it is kept for 30 days, unless it may name a customer who was erased; send \
                           it again";
            Err(state::refuse_in(job.status, message).at(["id"]).into())
        }
        false => {
            let message = "the job has no file yet: send it to the `uploadUrl` that `createBulkJob` returned";
            Err(state::refuse_in(job.status, message).at(["id"]).into())
        }
    }
}
