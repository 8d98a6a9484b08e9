//! One import on its way: its transactions, what it counted, and whether it goes on.

use chrono::{DateTime, FixedOffset, Timelike};
use sea_orm::DatabaseTransaction;

use super::{
    OnError, Options, Progress, Refusal, Report, Watch,
    file::{Columns, Group, Unreadable},
    job::Job,
};
use crate::{
    Actor, Result, Service, UnitOfWork,
    clock::Clock,
    database::{Database, Transaction},
    principal::{Principal, Role},
};

/// How often a product is tried when others write the same rows at the same time.
pub(super) const ATTEMPTS: u32 = 3;
/// How many refusals are held to bring them in order: a product has fewer.
const MAX_REFUSALS: usize = 10_000;

pub(super) struct Run<'a> {
    pub(super) report: Report,
    /// Where units of work are begun, and who does them.
    pub(super) service: Service,
    pub(super) actor: Actor,
    pub(super) options: &'a Options,
    db: &'a Database,
    watch: &'a mut (dyn Watch + Send),
    /// Not told yet: refusals are told in the order of lines, but found in another.
    refusals: Vec<Refusal>,
    /// The one transaction of a dry run: what the file said before must be there to compare with.
    held: Option<Transaction>,
    /// The bulk job whose work it is.
    pub(super) job: Option<Job<'a>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(db: &'a Database, options: &'a Options, watch: &'a mut (dyn Watch + Send)) -> Self {
        let report = Report { dry_run: options.dry_run, ..Report::default() };
        let service = Service::new(db.clone(), Clock::standing(options.now));
        Self { report, service, actor: importer(), options, db, watch, refusals: Vec::new(), held: None, job: None }
    }

    /// The same as the work of a bulk job.
    pub(super) fn of_job(
        db: &'a Database,
        options: &'a Options,
        watch: &'a mut (dyn Watch + Send),
        job: Job<'a>,
    ) -> Self {
        let report = Report { dry_run: options.dry_run, ..job.report() };
        let (service, actor) = (job.running.service().clone(), job.running.actor().clone());
        Self { report, service, actor, options, db, watch, refusals: Vec::new(), held: None, job: Some(job) }
    }

    /// Runs `work` in a transaction, again when it collided with another one. A dry run keeps the transaction for the
    /// next time, unless it is a bulk job, for which others would wait too long.
    pub(super) async fn transact<T>(
        &mut self,
        work: impl AsyncFn(&DatabaseTransaction, &Options) -> Result<T>,
    ) -> Result<T> {
        if self.job.is_some() {
            let options = self.options;
            return self.perform(async |unit: &mut UnitOfWork| work(unit.txn().await?, options).await).await;
        }
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
            match &mut self.job {
                Some(job) => job.refused(&refusal),
                None => self.watch.refused(&refusal),
            }
        }
    }

    /// Whether the file goes on where nothing was read yet.
    pub(super) fn lacks_input(&self) -> bool {
        self.job.as_ref().is_some_and(Job::lacks_input)
    }

    /// Fetches what comes next of the file.
    pub(super) async fn read_on(&mut self) -> Result<()> {
        match &mut self.job {
            Some(job) => job.read_on().await,
            None => Ok(()),
        }
    }

    /// Whether the next step was done before a break.
    pub(super) fn is_done_before(&self) -> bool {
        self.job.as_ref().is_some_and(Job::is_done_before)
    }

    /// Whether several steps may be one transaction: not if each is tried by itself, or all of them are one.
    pub(super) fn may_hold_back(&self) -> bool {
        !self.options.dry_run && !self.job.as_ref().is_some_and(Job::is_together)
    }

    /// Begins the step of a group.
    pub(super) fn begin_group<C: Columns>(&mut self, group: &Group<C>) {
        if let Some(job) = &mut self.job {
            job.begin_step(group.rows.first().map_or(0, |row| row.line), group.rows.len());
        }
    }

    /// Begins the step of a row that cannot be read.
    pub(super) fn begin_unreadable(&mut self, row: &Unreadable) {
        if let Some(job) = &mut self.job {
            job.begin_step(row.refusal.line, 1);
        }
    }

    /// Ends the step of a group, of which others follow in the same transaction.
    pub(super) fn end_group(&mut self, progress: Progress) {
        self.tell_refusals();
        self.progress(progress);
        if let Some(job) = &mut self.job {
            job.tell(&self.report);
        }
    }

    /// Undoes what is not committed yet.
    pub(super) async fn undo(&mut self) {
        if let Some(unit) = self.job.as_mut().and_then(|job| job.open.take()) {
            unit.undo().await;
        }
    }

    /// Ends a step.
    pub(super) async fn settle(&mut self) -> Result<()> {
        match &mut self.job {
            Some(job) => job.settle(&self.report).await,
            None => Ok(()),
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

    /// Ends the import: its outcome, and the unit of a bulk job that is still to be committed.
    pub(super) async fn finish(mut self) -> Result<(Report, Option<UnitOfWork>)> {
        self.tell_refusals();
        if let Some(txn) = self.held {
            txn.rollback().await?;
        }
        let unit = match self.job {
            Some(job) => job.finish(&self.report).await?,
            None => None,
        };
        Ok((self.report, unit))
    }
}

/// Who imports, as events and audit entries name it.
fn importer() -> Actor {
    let principal = Principal { name: "import".to_owned(), key: None, role: Role::Admin, agent: None };
    Actor { principal, request: None }
}

/// The time that rows carry: as exact as both engines keep it.
pub(super) fn timestamp(options: &Options) -> DateTime<FixedOffset> {
    let now = options.now;
    now.with_nanosecond(now.nanosecond() / 1_000 * 1_000).unwrap_or(now).fixed_offset()
}

pub(super) fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
