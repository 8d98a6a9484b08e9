//! What is written of a job while it runs.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobStatus, BulkPart},
};
use sea_orm::EntityTrait;
use serde_json::{Map, json};

use super::{Finished, Hold, LEASE, Running};
use crate::{
    Error, Result, UnitOfWork,
    database::Sql,
    events::EventKind,
    jobs::{chunk, rights, row},
    value::storable,
};

/// The shortest time between two events about the progress of a job.
const TELL_EVERY: TimeDelta = TimeDelta::seconds(1);
/// How often a job that commits nothing shows that it lives.
const RENEW_EVERY: TimeDelta = TimeDelta::seconds(10);
/// How often the rights of the creator are checked, at most.
const RIGHTS_EVERY: TimeDelta = TimeDelta::seconds(1);

/// The end of a job, as it is written.
struct End<'a> {
    status: BulkJobStatus,
    failure: Option<&'a str>,
}

impl Running {
    /// Writes down how far it is, in the unit that did the work, and commits that. Fails if the job is not this
    /// server's any more, or is not to go on here.
    pub(crate) async fn save(&mut self, unit: UnitOfWork) -> Result<()> {
        self.commit(unit, None).await?;
        // Others have a turn between two units.
        tokio::task::yield_now().await;
        self.check_stopping()
    }

    /// Whether it is to be saved although nothing is to be committed: to show that it lives, or since the server stops.
    pub(crate) fn is_silent(&self) -> bool {
        self.service.signals().is_stopping() || self.service.clock().now() - self.renewed_at >= RENEW_EVERY
    }

    /// For work that is one unit: says how far it is, where others can write beside the unit. Fails as
    /// [`save`](Self::save) does.
    pub(crate) async fn hold_together(&mut self) -> Result<()> {
        self.check_stopping()?;
        // Nobody else can take it where nobody else can write.
        if self.service.database().engine().has_one_writer() || !self.is_silent() {
            return Ok(());
        }
        let (unit, now) = (self.begin().await?, self.service.clock().now());
        let renewed = self.renew(&unit, now).await;
        unit.end(renewed).await
    }

    /// Refuses its work if who created it may not do it, or no longer.
    pub(in crate::jobs) async fn check_rights(&mut self) -> Result<()> {
        let unit = self.begin().await?;
        let checked = self.permit(&unit).await;
        unit.end(checked).await
    }

    /// Ends it.
    pub(in crate::jobs) async fn end(&mut self, finished: Finished) -> Result<()> {
        let unit = match finished.unit {
            Some(unit) => unit,
            None => self.begin().await?,
        };
        let failure = finished.failure.as_deref();
        let status = if failure.is_some() { BulkJobStatus::Failed } else { BulkJobStatus::Completed };
        self.commit(unit, Some(&End { status, failure })).await
    }

    /// The same job as it is stored, after a unit of its work was undone; none if it is not this server's any more.
    pub(in crate::jobs) async fn reload(&self) -> Result<Option<Self>> {
        let unit = self.begin().await?;
        let found = match unit.txn().await {
            Ok(txn) => bulk_jobs::Entity::find_by_id(self.job.id).one(txn).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        let now = unit.now();
        let job = unit.end(found).await?;
        // The last commit may have succeeded or not. Another server would have counted its start.
        let last = self.checkpoint.write()?;
        let is_ours = |job: &bulk_jobs::Model| {
            job.status == BulkJobStatus::Running
                && (job.version == self.committed || (job.version == self.job.version && job.checkpoint == last))
        };
        let principal = self.actor.principal.clone();
        job.filter(is_ours).map(|job| Self::new(&self.service, job, principal, now)).transpose()
    }

    /// Leaves it to the next free server after some time, since its work cannot go on.
    pub(in crate::jobs) async fn pause(&mut self, after: TimeDelta) -> Result<()> {
        self.checkpoint.failures = self.checkpoint.failures.saturating_add(1);
        self.release(after).await
    }

    /// Leaves it to the next free server, since this one stops.
    pub(in crate::jobs) async fn leave(&mut self) -> Result<()> {
        self.release(TimeDelta::zero()).await
    }

    /// Leaves it, as it was just read, to the next free server after some time.
    async fn release(&mut self, after: TimeDelta) -> Result<()> {
        self.checkpoint.starts = self.checkpoint.starts.saturating_sub(1);
        let unit = self.begin().await?;
        let mut sql = unit.sql();
        sql.push("UPDATE bulk_jobs SET leased_until = ").bind(unit.now() + after);
        sql.push(", checkpoint = ").bind(self.checkpoint.write()?);
        let released = self.write_if_held(&unit, sql, self.job.version).await;
        unit.end(released).await
    }

    fn check_stopping(&mut self) -> Result<()> {
        if self.service.signals().is_stopping() {
            self.hold = Hold::Released;
            return Err(Error::Collision);
        }
        Ok(())
    }

    /// Refuses the work of a unit if who created the job may not do it any more.
    async fn permit(&mut self, unit: &UnitOfWork) -> Result<()> {
        let now = unit.now();
        if self.permitted_at.is_none_or(|at| now - at >= RIGHTS_EVERY) {
            rights::check(unit, self.job.kind).await?;
            self.permitted_at = Some(now);
        }
        Ok(())
    }

    async fn commit(&mut self, mut unit: UnitOfWork, end: Option<&End<'_>>) -> Result<()> {
        let written = self.write_all(&mut unit, end).await;
        unit.end(written).await?;
        self.committed = self.job.version;
        Ok(())
    }

    async fn write_all(&mut self, unit: &mut UnitOfWork, end: Option<&End<'_>>) -> Result<()> {
        if end.is_none_or(|end| end.failure.is_none()) {
            self.permit(unit).await?;
        }
        self.write_result(unit);
        let now = unit.now();
        let tells = end.is_some() || self.told_at.is_none_or(|told| now - told >= TELL_EVERY);
        let known = self.job.version;
        if end.is_some_and(|end| end.status == BulkJobStatus::Completed) {
            self.job.total_rows = Some(self.job.done_rows);
        }
        if tells {
            self.job.version = known.saturating_add(1);
            self.told_at = Some(now);
        }
        let mut sql = unit.sql();
        sql.push("UPDATE bulk_jobs SET done_rows = ").bind(self.job.done_rows);
        sql.push(", total_rows = ").bind(self.job.total_rows).push(", counts = ").bind(self.job.counts.clone());
        sql.push(", first_errors = ").bind(self.job.first_errors.clone());
        sql.push(", checkpoint = ").bind(self.checkpoint.write()?).push(", version = ").bind(self.job.version);
        sql.push(", updated_at = ").bind(now);
        match end {
            None => sql.push(", leased_until = ").bind(now + LEASE),
            Some(End { status, failure }) => {
                sql.push(", leased_until = NULL, status = ").literal(status).push(", ended_at = ").bind(now);
                sql.push(", error_message = ").bind(failure.map(storable))
            }
        };
        self.write_if_held(unit, sql, known).await?;
        self.renewed_at = now;
        if tells {
            self.tell(unit, end);
        }
        Ok(())
    }

    /// Writes what is to be added to the result, in pieces.
    fn write_result(&mut self, unit: &UnitOfWork) {
        let text = std::mem::take(&mut self.result);
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(chunk::end(rest.as_bytes()));
            chunk::write(unit, self.job.id, BulkPart::Result, self.checkpoint.results, piece);
            self.checkpoint.results = self.checkpoint.results.saturating_add(1);
            rest = after;
        }
    }

    /// Shows that the job goes on, and how far its one transaction is.
    async fn renew(&mut self, unit: &UnitOfWork, now: DateTime<Utc>) -> Result<()> {
        let mut sql = unit.sql();
        sql.push("UPDATE bulk_jobs SET leased_until = ").bind(now + LEASE);
        sql.push(", done_rows = ").bind(self.job.done_rows);
        self.write_if_held(unit, sql, self.job.version).await?;
        self.renewed_at = now;
        Ok(())
    }

    /// Runs an update of the job, which `sql` begins, if it is still this server's.
    async fn write_if_held(&mut self, unit: &UnitOfWork, mut sql: Sql, version: i32) -> Result<()> {
        sql.push(" WHERE id = ").bind(self.job.id).push(" AND version = ").bind(version);
        sql.push(" AND status = ").literal(&BulkJobStatus::Running);
        if unit.execute(sql).await? == 0 {
            self.hold = Hold::Lost;
            return Err(Error::Collision);
        }
        Ok(())
    }

    fn tell(&self, unit: &mut UnitOfWork, end: Option<&End<'_>>) {
        let mut changes = Map::new();
        changes.insert("doneRows".to_owned(), json!(self.job.done_rows));
        let kind = match end {
            None => EventKind::JobProgressed,
            Some(end) => {
                changes.extend([row::status(end.status)]);
                EventKind::JobEnded
            }
        };
        row::tell(unit, kind, (self.job.id, self.job.version), changes);
    }
}
