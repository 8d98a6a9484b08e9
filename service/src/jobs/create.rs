//! Preparing a job.

use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobKind, BulkJobStatus, BulkOnError},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{kind, rights};
use crate::{Result, UnitOfWork, Verb, access::Operation, refusal::At};

/// Creates a job, which waits for its file and its start.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it does.
    pub kind: BulkJobKind,
    /// What happens to the others when a row is refused.
    pub on_error: BulkOnError,
    /// Whether it only tries what it would do.
    pub dry_run: bool,
    /// What its lines have that do not say it themselves, an object.
    pub options: Json,
}

/// A job that was created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Created {
    /// The job.
    pub id: Uuid,
    /// Where its file is sent; none if it needs none.
    pub upload_url: Option<String>,
}

impl Verb for Create {
    type Outcome = Created;
    const OPERATION: Operation = Operation::CreateBulkJob;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Created> {
        rights::check_areas(unit, self.kind).await.at(["kind"])?;
        kind::check_options(self.kind, &self.options)?;
        let now = unit.now().into();
        let job = bulk_jobs::Model {
            id: Uuid::now_v7(),
            kind: self.kind,
            status: BulkJobStatus::Waiting,
            on_error: self.on_error,
            dry_run: self.dry_run,
            options: self.options.clone(),
            total_rows: None,
            done_rows: 0,
            counts: json!({}),
            first_errors: json!([]),
            checkpoint: json!({}),
            requested_by: unit.principal().name.clone(),
            requesting_key_id: unit.principal().key,
            leased_until: None,
            started_at: None,
            ended_at: None,
            error_message: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let id = job.id;
        bulk_jobs::Entity::insert(job.into_active_model()).exec_without_returning(unit.txn().await?).await?;
        Ok(Created { id, upload_url: (!kind::is_export(self.kind)).then(|| upload_url(unit, id)) })
    }
}

/// Where the file of a job is sent: an address if the server knows its own, else a path.
fn upload_url(unit: &UnitOfWork, id: Uuid) -> String {
    let path = format!("/bulk/{id}/input");
    match unit.links() {
        Some(links) => links.url(&path),
        None => path,
    }
}
