//! What is due by the clock: leases that expired, deadlines, orders whose time is over, campaigns to launch, KPIs to
//! measure.
//!
//! - [`step`]: the steps of a sweep, each with its search and its change. [`tasks`]: those of tasks.
//!
//! Any number of processes may sweep. Each step looks for candidates without a transaction and acts on what still holds
//! under the lock: what was finished in between stays finished. The steps do not depend on each other, and within a step
//! a row that cannot be changed is left out: its batch is halved until it stands alone.

mod step;
mod tasks;

use std::{collections::HashSet, time::Duration};

use uuid::Uuid;

use self::step::Step;
pub use self::tasks::CANCEL_GRACE_SECONDS;
use crate::{Actor, Error, Result, Service, retry, webhooks::inbox};

/// The most rows of one search, and of one transaction.
const BATCH: usize = 200;
/// How long a transaction waits for a lock before its rows are tried apart.
const LOCK_TIMEOUT: Duration = Duration::from_millis(100);

/// How many rows a sweep changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Leases that had lapsed.
    pub leases: usize,
    /// Tasks that were stopped after their grace.
    pub stopped: usize,
    /// Waits that took too long.
    pub waits: usize,
    /// Approvals that nobody decided in time.
    pub approvals: usize,
    /// Deadlines that were missed.
    pub breaches: usize,
    /// Drafts and pending orders whose time was over.
    pub orders: usize,
    /// Pieces held for baskets, whose time was over.
    pub holds: usize,
    /// Backorders that got pieces which were free.
    pub backorders: usize,
    /// Reservations of budgets whose time was over.
    pub reservations: usize,
    /// Segments that were recomputed.
    pub segments: usize,
    /// Dynamic e-mail lists that were recomputed.
    pub lists: usize,
    /// Campaigns whose time had come.
    pub launches: usize,
    /// Messages of campaigns for which tasks were made.
    pub messages: usize,
    /// Recipients of campaigns whose task ended without a report.
    pub lost: usize,
    /// Campaigns that had nothing left to do.
    pub campaigns: usize,
    /// Campaigns whose messages were entered into the books.
    pub bookings: usize,
    /// Periods over which KPIs were measured.
    pub measurements: usize,
    /// Webhooks that were processed, or failed.
    pub webhooks: usize,
}

/// Brings everything up to the clock, beginning with what was received. What cannot be changed is logged and left for the
/// next time.
pub async fn sweep(service: &Service) -> Result<Swept> {
    let webhooks = inbox::process_due(service).await?;
    let swept = Sweeper::default().sweep(service).await?;
    Ok(Swept { webhooks, ..swept })
}

/// Sweeps again and again.
#[derive(Debug, Default)]
pub(super) struct Sweeper {
    /// What could not be changed the last time: it is not logged again.
    failing: HashSet<Uuid>,
}

impl Sweeper {
    /// Takes every step, whatever becomes of the others; the first step that failed as a whole is the error.
    pub(super) async fn sweep(&mut self, service: &Service) -> Result<Swept> {
        let mut swept = Swept::default();
        let mut failing = HashSet::new();
        let mut failure = None;
        for (step, count) in [
            (Step::Leases, &mut swept.leases),
            (Step::Stops, &mut swept.stopped),
            (Step::Waits, &mut swept.waits),
            (Step::Approvals, &mut swept.approvals),
            (Step::Breaches, &mut swept.breaches),
            (Step::Orders, &mut swept.orders),
            (Step::Holds, &mut swept.holds),
            (Step::Backorders, &mut swept.backorders),
            (Step::Reservations, &mut swept.reservations),
            (Step::Segments, &mut swept.segments),
            (Step::Lists, &mut swept.lists),
            (Step::Launches, &mut swept.launches),
            (Step::Messages, &mut swept.messages),
            (Step::Lost, &mut swept.lost),
            (Step::Campaigns, &mut swept.campaigns),
            (Step::Bookings, &mut swept.bookings),
            (Step::Measurements, &mut swept.measurements),
        ] {
            let mut run = Run { step, changed: 0, skipped: Vec::new(), failed: Vec::new() };
            let done = run.until_done(service).await;
            *count = run.changed;
            match step {
                Step::Leases => service.measures().work.lose_leases(run.changed),
                Step::Breaches => service.measures().work.miss_deadlines(run.changed),
                _ => {}
            }
            for (id, error) in run.failed {
                if !self.failing.contains(&id) {
                    tracing::warn!(%id, "{} cannot be changed and is left out: {}", step.what(), error.explained());
                }
                failing.insert(id);
            }
            match done {
                Ok(()) => {}
                // The others would only wait as long again.
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        self.failing = failing;
        failure.map_or(Ok(swept), Err)
    }
}

/// A step on its way.
struct Run {
    step: Step,
    changed: usize,
    /// Candidates that are not looked at again.
    skipped: Vec<Uuid>,
    failed: Vec<(Uuid, Error)>,
}

impl Run {
    async fn until_done(&mut self, service: &Service) -> Result<()> {
        loop {
            let found = self.step.find(service, &self.skipped).await?;
            let before = (self.changed, self.skipped.len());
            self.change(service, &found).await?;
            // Candidates that others took meanwhile are gone from the next search.
            if found.len() < BATCH || before == (self.changed, self.skipped.len()) {
                return Ok(());
            }
        }
    }

    async fn change(&mut self, service: &Service, found: &[Uuid]) -> Result<()> {
        let mut batches: Vec<&[Uuid]> = found.chunks(self.step.at_once()).rev().collect();
        while let Some(batch) = batches.pop().filter(|batch| !batch.is_empty()) {
            match (self.batch(service, batch).await, batch) {
                (Ok(changed), _) => self.changed += changed,
                (Err(error @ Error::Unavailable(_)), _) => return Err(error),
                (Err(error), [id]) => {
                    self.skipped.push(*id);
                    // Who holds it now changes it perhaps: the next sweep tells.
                    if !matches!(error, Error::Locked | Error::Collision) {
                        self.failed.push((*id, error));
                    }
                }
                (Err(_), batch) => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    batches.extend([second, first]);
                }
            }
        }
        Ok(())
    }

    async fn batch(&self, service: &Service, ids: &[Uuid]) -> Result<usize> {
        let step = self.step;
        let once = || async move {
            let mut unit = service.begin_within(&Actor::server(), LOCK_TIMEOUT).await?;
            let done = step.change(&mut unit, ids).await;
            unit.end(done).await
        };
        retry::on_collision(&service.measures().retries, once).await
    }
}
