//! The results of jobs, on their way out.

use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobKind, BulkPart},
};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{checkpoint::Checkpoint, chunk, kind, rights, row};
use crate::{
    Actor, Error, Result, Service, UnitOfWork,
    access::{self, Operation},
    refusal::{At, Code, Refusal},
    state::{self, State},
};

/// How many pieces are read at once: most are small, and each has at most a megabyte.
const AT_ONCE: i32 = 16;

/// The result of a job, piece by piece.
#[derive(Debug)]
pub struct Download {
    /// What it is.
    pub media_type: &'static str,
    /// How the name of a file with it ends.
    pub extension: &'static str,
    service: Service,
    job: Uuid,
    next: i32,
    pieces: i32,
}

impl Service {
    /// Begins to read the result of a job that has ended.
    pub async fn begin_download(&self, actor: &Actor, job: Uuid) -> Result<Download> {
        access::check(&actor.principal, Operation::CreateBulkJob)?;
        let unit = self.begin(actor).await?;
        let found = find(&unit, job).await;
        let (kind, pieces) = unit.end(found).await?;
        let (media_type, extension) = (kind::media_type(kind), kind::extension(kind));
        Ok(Download { media_type, extension, service: self.clone(), job, next: 0, pieces })
    }
}

impl Download {
    /// What comes next; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<String>> {
        if self.next >= self.pieces {
            return Ok(None);
        }
        let numbers = self.next..self.next.saturating_add(AT_ONCE).min(self.pieces);
        self.next = numbers.end;
        let read = chunk::read(self.service.database(), self.job, BulkPart::Result, numbers).await?;
        // The head is sent: only breaking it off tells that it is not whole.
        read.map(Some).ok_or_else(|| Error::internal("the result of a job was removed while it was read"))
    }
}

/// What a job was, and how many pieces its result has.
async fn find(unit: &UnitOfWork, id: Uuid) -> Result<(BulkJobKind, i32)> {
    let job: Option<bulk_jobs::Model> = bulk_jobs::Entity::find_by_id(id).one(unit.txn().await?).await?;
    let job = job.ok_or(Error::NotFound(row::NOUN, id)).at(["id"])?;
    rights::check_areas(unit, job.kind).await.at(["id"])?;
    if !job.status.allowed().is_empty() {
        let message = format!("the job is {}: its result can be read when it has ended", state::name(&job.status));
        return Err(state::refuse_in(job.status, message).at(["id"]).into());
    }
    let pieces = Checkpoint::read(&job.checkpoint)?.results;
    let mut sql = unit.sql();
    sql.push("SELECT count(*) AS n FROM bulk_chunks WHERE job_id = ").bind(id).push(" AND part = ");
    sql.literal(&BulkPart::Result);
    let rows = unit.rows(sql).await?;
    let stored: i64 = rows.first().map(|row| row.try_get_by("n")).transpose()?.unwrap_or_default();
    match stored < i64::from(pieces) {
        true => {
            let message = "the result is gone: it is kept for 30 days, unless it names a customer who was erased";
            Err(Refusal::new(Code::NotFound, message).at(["id"]).into())
        }
        false => Ok((job.kind, pieces)),
    }
}
