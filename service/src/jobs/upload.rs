//! Files on their way into jobs. A file that is sent again takes the place of the one before.

use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobStatus, BulkPart},
};
use uuid::Uuid;

use super::{
    checkpoint::{Checkpoint, Input},
    chunk, kind, rights, row,
};
use crate::{
    Actor, Error, Result, Service, UnitOfWork,
    access::{self, Operation},
    edit::check,
    refusal::Refusal,
    state, value,
};

/// A file on its way into a job: piece by piece, so that little of it is in memory and no transaction waits for it.
#[derive(Debug)]
pub struct Upload {
    service: Service,
    actor: Actor,
    job: Uuid,
    has_lines: bool,
    /// What tells it from another upload into the same job.
    name: Uuid,
    /// What was not written yet.
    rest: Vec<u8>,
    /// How many bytes were written.
    bytes: u64,
    /// How many lines that are not blank.
    lines: i32,
    pieces: i32,
}

impl Service {
    /// Begins to write the file of a job that was not started. The file before is gone.
    pub async fn begin_upload(&self, actor: &Actor, job: Uuid) -> Result<Upload> {
        access::check(&actor.principal, Operation::CreateBulkJob)?;
        let name = Uuid::now_v7();
        let unit = self.begin(actor).await?;
        let begun = begin(&unit, job, name).await;
        let has_lines = unit.end(begun).await?;
        let (service, actor) = (self.clone(), actor.clone());
        Ok(Upload { service, actor, job, has_lines, name, rest: Vec::new(), bytes: 0, lines: 0, pieces: 0 })
    }
}

impl Upload {
    /// Adds what comes next of the file.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.rest.extend_from_slice(bytes);
        while self.rest.len() > chunk::SIZE {
            let end = chunk::end(&self.rest);
            // The rest of a line that is cut would be another line.
            if self.has_lines && !self.rest.get(..end).is_some_and(|piece| piece.ends_with(b"\n")) {
                return Err(Error::invalid(
                    "a line of the file has more than 1 MiB: send one JSON object on each line",
                ));
            }
            let piece: Vec<u8> = self.rest.drain(..end).collect();
            self.write(piece, false).await?;
        }
        Ok(())
    }

    /// Ends the file: how many bytes it has.
    pub async fn finish(mut self) -> Result<u64> {
        let rest = std::mem::take(&mut self.rest);
        self.write(rest, true).await?;
        Ok(self.bytes)
    }

    async fn write(&mut self, piece: Vec<u8>, is_last: bool) -> Result<()> {
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let text = String::from_utf8(piece)
            .map_err(|_| Error::invalid("the file is not UTF-8: save it as text in UTF-8, and send it again"))?;
        if !value::is_storable(&text) {
            let message = "the file has the character U+0000: save it as text in UTF-8, and send it again";
            return Err(Error::invalid(message));
        }
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        self.lines = self.lines.saturating_add(i32::try_from(lines).unwrap_or(i32::MAX));
        self.bytes = self.bytes.saturating_add(length);
        let unit = self.service.begin(&self.actor).await?;
        let written = self.store(&unit, &text, is_last).await;
        self.pieces = unit.end(written).await?;
        Ok(())
    }

    /// Stores a piece; how many there are then.
    async fn store(&self, unit: &UnitOfWork, text: &str, is_last: bool) -> Result<i32> {
        let job = open(unit, self.job).await?;
        let known = Checkpoint::read(&job.checkpoint)?;
        if known.input.upload != Some(self.name) {
            return Err(Error::invalid("another upload has taken the place of this one"));
        }
        let mut pieces = self.pieces;
        if !text.is_empty() {
            chunk::write(unit, self.job, BulkPart::Input, pieces, text);
            pieces = pieces.saturating_add(1);
        }
        let input = Input { upload: Some(self.name), pieces, is_complete: is_last };
        let rows = (is_last && self.has_lines).then_some(self.lines);
        save(unit, self.job, &Checkpoint { input, ..known }, rows)?;
        Ok(pieces)
    }
}

/// Makes room for a file; whether it has a JSON object on each line.
async fn begin(unit: &UnitOfWork, id: Uuid, name: Uuid) -> Result<bool> {
    let job = open(unit, id).await?;
    rights::check_own(unit, &job).await?;
    if kind::is_export(job.kind) {
        return Err(check::invalid("id", "this job writes a file and needs none").into());
    }
    chunk::remove(unit, id, BulkPart::Input).await?;
    let input = Input { upload: Some(name), ..Input::default() };
    save(unit, id, &Checkpoint { input, ..Checkpoint::default() }, None)?;
    Ok(kind::has_lines(job.kind))
}

/// A job that takes a file, locked.
async fn open(unit: &UnitOfWork, id: Uuid) -> Result<bulk_jobs::Model> {
    let job = row::lock(unit, id, None).await?;
    match job.status {
        BulkJobStatus::Waiting => Ok(job),
        status => Err(not_open(status).into()),
    }
}

fn not_open(status: BulkJobStatus) -> Refusal {
    let message = format!("the job is {}: only a job that was not started takes a file", state::name(&status));
    state::refuse_in(status, message).at(["id"])
}

fn save(unit: &UnitOfWork, id: Uuid, checkpoint: &Checkpoint, rows: Option<i32>) -> Result<()> {
    let (checkpoint, now) = (checkpoint.write()?, unit.now());
    unit.write(|sql| {
        sql.push("UPDATE bulk_jobs SET checkpoint = ").bind(checkpoint).push(", total_rows = ").bind(rows);
        sql.push(", updated_at = ").bind(now).push(" WHERE id = ").bind(id);
    });
    Ok(())
}
