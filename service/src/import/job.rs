//! An import that is the work of a bulk job: the file comes piece by piece, and after each unit of the work it is
//! written down, in the same transaction, how far the work is.
//!
//! After a break the file is read again from its beginning, and what was done before is passed over.

use std::{
    io::{self, ErrorKind, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::sea_orm_active_enums::BulkOnError;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    OnError, Options, Refusal, Report,
    process::{Kind, process_groups},
    run::Run,
    tally,
};
use crate::{
    Result, UnitOfWork,
    jobs::{Finished, Running},
};

/// How many steps that wrote nothing are done before it is written down how far the work is.
const IDLE: u32 = 500;

/// Where the work goes on.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// How many steps are done: groups of rows, and rows that cannot be read.
    steps: u64,
}

/// Imports the file of a bulk job.
pub(super) async fn import(mut kind: impl Kind, running: &mut Running) -> Result<Finished> {
    let service = running.service().clone();
    let on_error = running.on_error();
    let options = Options {
        dry_run: running.is_dry(),
        on_error: if on_error == BulkOnError::Skip { OnError::Skip } else { OnError::Stop },
        now: service.clock().now(),
    };
    let feed = Feed::default();
    let job = Job::open(running, feed.clone()).await?;
    let mut nobody = ();
    let run = Run::of_job(service.database(), &options, &mut nobody, job);
    let (report, unit) = process_groups(&mut kind, feed, run).await?;
    let failure = report.stopped.then(|| match on_error {
        BulkOnError::RejectAll => "nothing was changed: a row was refused".to_owned(),
        _ => "it stopped at a row that was refused".to_owned(),
    });
    Ok(Finished { unit, failure })
}

/// The job of an import.
pub(super) struct Job<'a> {
    pub(super) running: &'a mut Running,
    feed: Feed,
    /// The piece of the file that comes next.
    next: i32,
    place: Place,
    /// How many steps were done before a break.
    done_before: u64,
    /// Steps since it was last written down how far the work is.
    idle: u32,
    /// What the step that is done now is about: its first line, and how many rows it has.
    step: (u64, usize),
    /// As it was before that step.
    before: Report,
    refusals: Vec<Refusal>,
    /// The unit of the step, or of all steps, which is still to be committed.
    pub(super) open: Option<UnitOfWork>,
}

impl<'a> Job<'a> {
    /// Begins the work, or goes on with it.
    async fn open(running: &'a mut Running, feed: Feed) -> Result<Self> {
        let Place { steps } = running.place()?;
        let before = running.counts()?;
        let mut job = Self {
            running,
            feed,
            next: 0,
            place: Place::default(),
            done_before: steps,
            idle: 0,
            step: (0, 0),
            before,
            refusals: Vec::new(),
            open: None,
        };
        job.read_on().await?;
        Ok(job)
    }

    /// The report of the work before a break.
    pub(super) fn report(&self) -> Report {
        self.before
    }

    /// Whether more of the file must be fetched.
    pub(super) fn lacks_input(&self) -> bool {
        self.feed.lock().is_short
    }

    /// Fetches more of the file.
    pub(super) async fn read_on(&mut self) -> Result<()> {
        let piece = self.running.input(self.next).await?;
        self.next = self.next.saturating_add(1);
        let mut fed = self.feed.lock();
        fed.is_over = !self.running.has_input(self.next);
        fed.is_short = false;
        fed.text = piece.unwrap_or_default();
        fed.read = 0;
        Ok(())
    }

    /// Whether the next step was done before a break.
    pub(super) fn is_done_before(&self) -> bool {
        self.place.steps < self.done_before
    }

    /// Begins a step, which has rows from a line on.
    pub(super) fn begin_step(&mut self, line: u64, rows: usize) {
        self.step = (line, rows);
        self.place.steps = self.place.steps.saturating_add(1);
    }

    /// Whether all of the work is one unit.
    pub(super) fn is_together(&self) -> bool {
        self.running.is_together()
    }

    /// Takes note of a refusal.
    pub(super) fn refused(&mut self, refusal: &Refusal) {
        self.refusals.push(refusal.clone());
    }

    /// Ends a step: writes down what became of it, in its unit.
    pub(super) async fn settle(&mut self, report: &Report) -> Result<()> {
        self.running.check_rows(report.rows)?;
        self.tell(report);
        self.running.advance(report.rows, tally::counts(report)?, &self.place)?;
        self.idle += 1;
        if self.is_together() {
            return self.running.hold_together().await;
        }
        let unit = match self.open.take() {
            Some(unit) => unit,
            // Nothing was written, or all of it was undone: it can be done again.
            None if self.idle < IDLE && !self.running.is_silent() => return Ok(()),
            None => self.running.begin().await?,
        };
        self.idle = 0;
        self.running.save(unit).await
    }

    /// The end of the work: the unit in which it is to be written, if there is one.
    pub(super) async fn finish(mut self, report: &Report) -> Result<Option<UnitOfWork>> {
        self.tell(report);
        self.running.advance(report.rows, tally::counts(report)?, &self.place)?;
        match self.open.take() {
            // All or nothing. What a dry run tells is not undone with what it tried.
            open if !self.running.is_dry()
                && self.running.on_error() == BulkOnError::RejectAll
                && report.refusals > 0 =>
            {
                if let Some(unit) = open {
                    unit.undo().await;
                }
                self.running.keep_nothing();
                Ok(None)
            }
            open => Ok(open),
        }
    }

    /// Writes what became of the step into the result.
    pub(super) fn tell(&mut self, report: &Report) {
        let counts = tally::between(&self.before, report);
        let refusals = std::mem::take(&mut self.refusals);
        if counts.is_empty() && refusals.is_empty() {
            return;
        }
        let (line, rows) = self.step;
        let errors: Vec<Json> = refusals.iter().map(of_refusal).collect();
        self.running.write_line(&json!({ "row": line, "rows": rows, "counts": counts, "errors": errors }));
        for refusal in &refusals {
            // Everybody can read it: it does not repeat what stands in the file.
            let Refusal { line, column, reason, .. } = refusal;
            self.running.show_error(json!({ "row": line, "column": column, "message": reason }));
        }
        self.before = *report;
    }
}

fn of_refusal(refusal: &Refusal) -> Json {
    let Refusal { line, column, value, reason } = refusal;
    json!({ "row": line, "column": column, "value": value, "message": reason })
}

/// The file of a job, of which one piece at a time is in memory.
#[derive(Clone, Default)]
pub(super) struct Feed(Arc<Mutex<Fed>>);

#[derive(Default)]
struct Fed {
    text: String,
    /// How much of the text was read.
    read: usize,
    /// Whether nothing comes behind the text.
    is_over: bool,
    /// Whether a reader waits for more of the file.
    is_short: bool,
}

impl Feed {
    fn lock(&self) -> MutexGuard<'_, Fed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fails where the next piece must be fetched first.
impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut fed = self.lock();
        let rest = fed.text.as_bytes().get(fed.read..).unwrap_or_default();
        if rest.is_empty() && !fed.is_over {
            fed.is_short = true;
            return Err(io::Error::new(ErrorKind::WouldBlock, "its first line is too long"));
        }
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        fed.read += count;
        Ok(count)
    }
}
