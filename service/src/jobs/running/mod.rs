//! A job that this server runs: what it writes down after each unit of its work, in the same transaction.
//!
//! Only who holds the job writes: each write names the version that was written last, which changes when somebody
//! cancels the job, or when another server takes it because this one was silent for too long.

mod write;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobKind, BulkOnError, BulkPart},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json, json};

use super::{
    checkpoint::{self, Checkpoint},
    chunk, together,
};
use crate::{
    Actor, Error, Result, Service, UnitOfWork,
    principal::Principal,
    refusal::Refusal,
    value::{self, storable},
};

/// How many refused rows a job itself shows; its result has all of them.
const FIRST_ERRORS: usize = 100;
/// How long a server may be silent before another one goes on.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A job that this server runs.
#[derive(Debug)]
pub(crate) struct Running {
    service: Service,
    actor: Actor,
    /// As it is written, or is to be written next.
    job: bulk_jobs::Model,
    checkpoint: Checkpoint,
    /// What is to be added to the result.
    result: String,
    /// When it was told last how far the job is.
    told_at: Option<DateTime<Utc>>,
    renewed_at: DateTime<Utc>,
    /// When it was asked last whether who created it may still do it.
    permitted_at: Option<DateTime<Utc>>,
    /// The version that was committed last.
    committed: i32,
    hold: Hold,
}

/// Whether the job is still this server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// It is.
    Held,
    /// Somebody cancelled it, or another server has it.
    Lost,
    /// The server stops, and leaves it to others.
    Released,
}

/// The end of a job's work.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    /// The last unit of the work, in which the end is written; a new one if there is none.
    pub(crate) unit: Option<UnitOfWork>,
    /// Why the job failed; none if it did not.
    pub(crate) failure: Option<String>,
}

impl Running {
    /// A job that this server has just taken, and who created it.
    pub(super) fn new(
        service: &Service,
        job: bulk_jobs::Model,
        principal: Principal,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Ok(Self {
            service: service.clone(),
            actor: Actor { principal, request: None },
            checkpoint: Checkpoint::read(&job.checkpoint)?,
            committed: job.version,
            job,
            result: String::new(),
            told_at: None,
            renewed_at: now,
            permitted_at: None,
            hold: Hold::Held,
        })
    }

    /// The rules.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// Who asked for the job.
    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What it does.
    pub(crate) fn kind(&self) -> BulkJobKind {
        self.job.kind
    }

    /// What happens to the others when a row is refused.
    pub(crate) fn on_error(&self) -> BulkOnError {
        self.job.on_error
    }

    /// Whether it only tries.
    pub(crate) fn is_dry(&self) -> bool {
        self.job.dry_run
    }

    /// Whether all of its work is one unit. A dry run keeps nothing, and undoes each unit by itself.
    pub(crate) fn is_together(&self) -> bool {
        !self.job.dry_run && self.job.on_error == BulkOnError::RejectAll
    }

    /// Refuses a file that has too many rows for one unit, if all of the work is to be one.
    pub(crate) fn check_rows(&self, rows: u64) -> Result<(), Refusal> {
        together::check_rows(self.job.on_error, rows)
    }

    /// What its lines have that do not say it themselves.
    pub(super) fn options(&self) -> Map<String, Json> {
        self.job.options.as_object().cloned().unwrap_or_default()
    }

    /// Whether it is still this server's.
    pub(super) fn hold(&self) -> Hold {
        self.hold
    }

    /// How often its work could not go on at this place, in a row.
    pub(super) fn failures(&self) -> u32 {
        self.checkpoint.failures
    }

    /// How often a server began its work at this place: more than once if servers crashed.
    pub(super) fn starts(&self) -> u32 {
        self.checkpoint.starts
    }

    /// Where its work goes on, in the terms of its kind.
    pub(crate) fn place<T: DeserializeOwned + Default>(&self) -> Result<T> {
        checkpoint::read(&self.checkpoint.place)
    }

    /// The numbers of outcomes so far.
    pub(crate) fn counts<T: DeserializeOwned + Default>(&self) -> Result<T> {
        checkpoint::read(&self.job.counts)
    }

    /// Whether its file has a piece with this number.
    pub(crate) fn has_input(&self, number: i32) -> bool {
        number < self.checkpoint.input.pieces
    }

    /// A piece of its file; none behind the last one.
    pub(crate) async fn input(&self, number: i32) -> Result<Option<String>> {
        if !self.has_input(number) {
            return Ok(None);
        }
        let numbers = number..number.saturating_add(1);
        let piece = chunk::read(self.service.database(), self.job.id, BulkPart::Input, numbers).await?;
        piece.map(Some).ok_or_else(|| Error::invalid("the file of the job was removed while it ran"))
    }

    /// Begins a unit of its work.
    pub(crate) async fn begin(&self) -> Result<UnitOfWork> {
        self.service.begin(&self.actor).await
    }

    /// Adds text to its result.
    pub(crate) fn write(&mut self, text: &str) {
        self.result.push_str(text);
    }

    /// Adds a line to its result.
    pub(crate) fn write_line(&mut self, line: &Json) {
        self.result.push_str(&line.to_string());
        self.result.push('\n');
    }

    /// Shows a refused row, if it is one of the first.
    pub(crate) fn show_error(&mut self, mut error: Json) {
        clean(&mut error);
        if let Some(errors) = self.job.first_errors.as_array_mut()
            && errors.len() < FIRST_ERRORS
        {
            errors.push(error);
        }
    }

    /// Says that nothing of the work is kept: only what was refused is told.
    pub(crate) fn keep_nothing(&mut self) {
        self.result.clear();
        self.job.counts = json!({});
        for error in self.job.first_errors.as_array().cloned().unwrap_or_default() {
            self.write_line(&json!({ "row": error["row"], "outcome": "REFUSED", "errors": [error] }));
        }
    }

    /// Says how far it is: how many rows are done, with which outcomes, and where the work goes on.
    pub(crate) fn advance(&mut self, rows: u64, counts: Json, place: &impl Serialize) -> Result<()> {
        self.job.done_rows = i32::try_from(rows).unwrap_or(i32::MAX);
        self.job.counts = counts;
        self.checkpoint.place = value::json(place)?;
        self.checkpoint.failures = 0;
        self.checkpoint.starts = 0;
        Ok(())
    }
}

/// Takes what cannot be stored out of the texts of a document.
fn clean(value: &mut Json) {
    match value {
        Json::String(text) => *text = storable(std::mem::take(text)),
        Json::Array(items) => items.iter_mut().for_each(clean),
        Json::Object(members) => members.values_mut().for_each(clean),
        _ => {}
    }
}
