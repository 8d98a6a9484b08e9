//! One import on its way: its transactions, what it counted, and whether it goes on.

use chrono::{DateTime, FixedOffset, Timelike};
use sea_orm::DatabaseTransaction;

use super::{OnError, Options, Progress, Refusal, Report, Watch, file::Unreadable};
use crate::{
    Result,
    database::{Database, Transaction},
};

/// How often a product is tried when others write the same rows at the same time.
const ATTEMPTS: u32 = 3;
/// How many refusals are held to bring them in order: a product has fewer.
const MAX_REFUSALS: usize = 10_000;

pub(super) struct Run<'a> {
    pub(super) report: Report,
    db: &'a Database,
    options: &'a Options,
    watch: &'a mut (dyn Watch + Send),
    /// Not told yet: refusals are told in the order of lines, but found in another.
    refusals: Vec<Refusal>,
    /// The one transaction of a dry run: what the file said before must be there to compare with.
    held: Option<Transaction>,
}

impl<'a> Run<'a> {
    pub(super) fn new(db: &'a Database, options: &'a Options, watch: &'a mut (dyn Watch + Send)) -> Self {
        let report = Report { dry_run: options.dry_run, ..Report::default() };
        Self { report, db, options, watch, refusals: Vec::new(), held: None }
    }

    /// Runs `work` in a transaction, again when it collided with another one. A dry run keeps the
    /// transaction for the next time.
    pub(super) async fn transact<T>(
        &mut self,
        work: impl AsyncFn(&DatabaseTransaction, &Options) -> Result<T>,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            match self.attempt(&work).await {
                Err(error)
                    if !self.options.dry_run
                        && attempt < ATTEMPTS
                        && (error.is_collision() || error.is_duplicate()) =>
                {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    async fn attempt<T>(&mut self, work: impl AsyncFn(&DatabaseTransaction, &Options) -> Result<T>) -> Result<T> {
        let txn = match self.held.take() {
            Some(txn) => txn,
            None => self.db.begin().await?,
        };
        let result = work(&txn, self.options).await?;
        if self.options.dry_run {
            self.held = Some(txn);
        } else {
            txn.commit().await?;
        }
        Ok(result)
    }

    /// Whether a refusal ends the import.
    pub(super) fn stops(&self) -> bool {
        self.options.on_error == OnError::Stop
    }

    /// Whether one has.
    pub(super) fn has_stopped(&self) -> bool {
        self.report.stopped
    }

    /// Takes note of refusals; of the first only, when it ends the import.
    pub(super) fn refuse(&mut self, refusals: impl IntoIterator<Item = Refusal>) {
        for refusal in refusals {
            if self.has_stopped() {
                return;
            }
            self.report.refusals += 1;
            self.report.stopped = self.stops();
            self.refusals.push(refusal);
        }
        if self.refusals.len() > MAX_REFUSALS {
            self.tell_refusals();
        }
    }

    /// Tells the refusals so far, in the order of lines.
    pub(super) fn tell_refusals(&mut self) {
        self.refusals.sort_by_key(|refusal| refusal.line);
        for refusal in self.refusals.drain(..) {
            self.watch.refused(&refusal);
        }
    }

    pub(super) fn refuse_unreadable(&mut self, row: Unreadable) {
        if !self.has_stopped() {
            self.report.unreadable += 1;
            self.refuse([row.refusal]);
        }
    }

    pub(super) fn progress(&mut self, progress: Progress) {
        self.report.rows = progress.rows;
        self.watch.progress(progress);
    }

    pub(super) async fn finish(mut self) -> Result<Report> {
        self.tell_refusals();
        if let Some(txn) = self.held {
            txn.rollback().await?;
        }
        Ok(self.report)
    }
}

/// The time that rows carry: as exact as both engines keep it.
pub(super) fn timestamp(options: &Options) -> DateTime<FixedOffset> {
    let now = options.now;
    now.with_nanosecond(now.nanosecond() / 1_000 * 1_000).unwrap_or(now).fixed_offset()
}

pub(super) fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
