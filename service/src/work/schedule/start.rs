//! Starting what is due: each slot in a transaction of its own, once, however many processes look.
//!
//! The slots are worked out without a lock. Under the workflow's lock the transaction goes on only if the workflow still
//! is what was looked at, and moves it to the slot after.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    sea_orm_active_enums::{EventAggregate, WorkflowTriggerType},
    workflows,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{Overlap, Schedule};
use crate::{
    Actor, Error, Result, Service, UnitOfWork, Verb,
    events::{Event, EventKind},
    retry,
    work::{cancel::CancelExecution, execution::Start, lifecycle, task::lock_executions},
};

/// How many workflows are read at a time.
const PAGE: u64 = 100;
/// How long the start of a slot waits for a lock before it is put off to the next look.
const LOCK_TIMEOUT: Duration = Duration::from_millis(250);

/// How long a start that meets a lock, or that the database has no time for, is tried again.
const RETRY_WINDOW: TimeDelta = TimeDelta::minutes(10);

/// Starts what is due; the number of executions. Without a memory of earlier looks: see [`Scheduler`].
pub async fn start_due(service: &Service) -> Result<usize> {
    Scheduler::default().start_due(service).await
}

/// Starts what is due again and again.
#[derive(Debug, Default)]
pub struct Scheduler {
    /// The workflows whose slots were put off at the last look.
    put_off: HashMap<Uuid, PutOff>,
}

/// Slots that were due and could not be started yet.
#[derive(Clone, Copy, Debug)]
struct PutOff {
    /// The first of them, as the workflow says.
    due: DateTime<Utc>,
    /// When they were first looked at.
    seen: DateTime<Utc>,
}

impl Scheduler {
    /// Starts what is due; the number of executions. A schedule that cannot start holds up no other.
    pub async fn start_due(&mut self, service: &Service) -> Result<usize> {
        let mut started = 0;
        let mut last = Uuid::nil();
        loop {
            let due = workflows::Entity::find()
                .filter(workflows::Column::NextRunAt.lte(service.clock().now()))
                .filter(workflows::Column::Id.gt(last))
                .order_by_asc(workflows::Column::Id)
                .limit(PAGE)
                .all(service.database().reader())
                .await?;
            let Some(end) = due.last() else { return Ok(started) };
            last = end.id;
            for workflow in &due {
                started += self.start_slots(service, workflow).await?;
            }
        }
    }

    /// Starts the slots of a workflow that are due, one after the other. Only without the database this fails.
    async fn start_slots(&mut self, service: &Service, workflow: &workflows::Model) -> Result<usize> {
        let Some(mut due) = workflow.next_run_at.map(|time| time.to_utc()) else { return Ok(0) };
        let now = service.clock().now();
        // Another process may have started what this one put off.
        let put_off = self.put_off.get(&workflow.id).filter(|put_off| put_off.due == due);
        let seen = put_off.map_or(now, |put_off| put_off.seen);
        let is_scheduled = workflow.is_active && workflow.trigger_type == WorkflowTriggerType::Schedule;
        let schedule = Schedule::parse(&workflow.trigger_config);
        if let (true, Err(refusal)) = (is_scheduled, &schedule) {
            // It was checked when it was written: the time zone is known no more.
            let turn = SlotStart { workflow, due, seen, following: None, slot: Some(due), overlap: Overlap::default() };
            return turn.give_up(service, &refusal.clone().into()).await.map(|_| 0);
        }
        let schedule = schedule.ok();
        let (slots, next) = match schedule.as_ref().filter(|_| is_scheduled) {
            Some(schedule) => schedule.due(due, seen, now),
            None => (Vec::new(), None),
        };
        let overlap = schedule.map(|schedule| schedule.overlap).unwrap_or_default();
        // Without a slot to start there is still the next one to write down.
        let starts = slots.iter().map(|slot| Some(*slot)).chain(slots.is_empty().then_some(None));
        let mut started = 0;
        for (index, slot) in starts.enumerate() {
            let following = slots.get(index + 1).copied().or(next);
            let turn = SlotStart { workflow, due, seen, following, slot, overlap };
            match turn.end(service).await? {
                Some(count) => started += count,
                None => {
                    self.put_off.insert(workflow.id, PutOff { due, seen });
                    return Ok(started);
                }
            }
            let Some(following) = following else { break };
            due = following;
        }
        self.put_off.remove(&workflow.id);
        Ok(started)
    }
}

/// One slot of a workflow.
struct SlotStart<'a> {
    workflow: &'a workflows::Model,
    /// What the workflow says is to be started next.
    due: DateTime<Utc>,
    /// When that was first looked at.
    seen: DateTime<Utc>,
    /// What it says afterwards.
    following: Option<DateTime<Utc>>,
    /// What to start; nothing when what was due was missed.
    slot: Option<DateTime<Utc>>,
    overlap: Overlap,
}

impl SlotStart<'_> {
    /// Starts the slot, or tells why it cannot be; the number of executions. None when it is left to another process or
    /// to the next look.
    async fn end(&self, service: &Service) -> Result<Option<usize>> {
        let id = self.workflow.id;
        let error = match self.perform(service, None).await {
            Ok(started) => return Ok(started),
            Err(error @ Error::Unavailable(_)) => return Err(error),
            Err(error) if self.may_pass(&error, service.clock().now()) => {
                tracing::info!(workflow = %id, "a scheduled start will be retried later: {error}");
                return Ok(None);
            }
            Err(error) => error,
        };
        self.give_up(service, &error).await
    }

    /// Tells why the slot cannot be started, and moves on.
    async fn give_up(&self, service: &Service, error: &Error) -> Result<Option<usize>> {
        let id = self.workflow.id;
        tracing::warn!(workflow = %id, "a scheduled start failed: {}", error.explained());
        match self.perform(service, Some(error)).await {
            Err(error @ Error::Unavailable(_)) => Err(error),
            Err(error) => {
                tracing::warn!(workflow = %id, "a failed start could not be recorded: {}", error.explained());
                Ok(None)
            }
            done => done,
        }
    }

    /// Whether it may be done at a later look. What does not pass is not tried for ever.
    fn may_pass(&self, error: &Error, now: DateTime<Utc>) -> bool {
        match error {
            Error::Locked | Error::Collision | Error::Timeout => now - self.due.max(self.seen) < RETRY_WINDOW,
            _ => false,
        }
    }

    async fn perform(&self, service: &Service, failure: Option<&Error>) -> Result<Option<usize>> {
        let once = || async move {
            let mut unit = service.begin_within(&Actor::server(), LOCK_TIMEOUT).await?;
            let done = self.act(&mut unit, failure).await;
            unit.end(done).await
        };
        retry::on_collision(&service.measures().retries, once).await
    }

    async fn act(&self, unit: &mut UnitOfWork, failure: Option<&Error>) -> Result<Option<usize>> {
        if !self.take(unit).await? {
            return Ok(None);
        }
        match (self.slot, failure) {
            (None, _) => Ok(Some(0)),
            (Some(slot), None) => Ok(Some(usize::from(self.start(unit, slot).await?))),
            (Some(slot), Some(error)) => {
                let (code, message) = explain(error);
                unit.emit(self.event(EventKind::WorkflowSlotFailed, slot, json!({ "code": code, "message": message })));
                Ok(Some(0))
            }
        }
    }

    /// Moves the workflow on, unless somebody else has or holds it.
    async fn take(&self, unit: &UnitOfWork) -> Result<bool> {
        let mut sql = unit.sql();
        sql.push("UPDATE workflows SET next_run_at = ").bind(self.following);
        sql.push(" WHERE id = (SELECT id FROM workflows AS w WHERE w.next_run_at = ").bind(self.due);
        sql.push(" AND w.version = ").bind(self.workflow.version).push(" AND w.id = ").bind(self.workflow.id);
        sql.for_update_skip_locked("w").push(")");
        Ok(unit.execute(sql).await? == 1)
    }

    async fn start(&self, unit: &mut UnitOfWork, slot: DateTime<Utc>) -> Result<bool> {
        let workflow = self.workflow.id;
        let open = lifecycle::open_of(unit, workflow).await?;
        match self.overlap {
            Overlap::Skip if !open.is_empty() => {
                unit.emit(self.event(EventKind::WorkflowSlotSkipped, slot, json!({})));
                return Ok(false);
            }
            Overlap::CancelOld => self.cancel(unit, &open).await?,
            Overlap::Skip | Overlap::Queue => {}
        }
        let verb = Start {
            workflow_id: workflow,
            // The key that holds a slot: no other process can start it again.
            execution_id: Some(format!("schedule:{workflow}:{}", slot.to_rfc3339())),
            input_data: json!({ "slot": slot }),
            tasks: None,
        };
        let queued = self.overlap == Overlap::Queue && !open.is_empty();
        let started = verb.start(unit, queued).await?;
        if queued {
            // Whatever was queued before and has nothing to wait for goes on as well.
            lifecycle::begin_next(unit, &[workflow]).await?;
        }
        Ok(!started.existing)
    }

    async fn cancel(&self, unit: &mut UnitOfWork, open: &[Uuid]) -> Result<()> {
        lock_executions(unit, open).await?;
        // Some may have ended before they were locked. The latest first: what waits for another is not begun by its end.
        for execution in lifecycle::open_of(unit, self.workflow.id).await?.into_iter().rev() {
            let reason = Some("the next one starts".to_owned());
            CancelExecution { workflow_execution_id: execution, reason }.perform(unit).await?;
        }
        Ok(())
    }

    fn event(&self, kind: EventKind, slot: DateTime<Utc>, more: Json) -> Event {
        let mut changes = Map::new();
        changes.insert("slot".to_owned(), json!(slot));
        if let Json::Object(more) = more {
            changes.extend(more);
        }
        Event {
            kind,
            aggregate_type: EventAggregate::Workflow,
            aggregate_id: self.workflow.id,
            // It tells of a slot: the workflow is what it was.
            aggregate_version: 0,
            agent_id: None,
            execution_id: None,
            changes,
        }
    }
}

/// What users learn of an error: a code and a sentence.
fn explain(error: &Error) -> (String, String) {
    let code = match error {
        Error::Refused(refusal) => refusal.code.name(),
        Error::NotFound(..) => "NOT_FOUND".to_owned(),
        Error::Timeout => "TIMEOUT".to_owned(),
        Error::Locked | Error::Collision => "UNAVAILABLE".to_owned(),
        Error::Invalid(_) | Error::Limit(_) => "INVALID".to_owned(),
        _ => "INTERNAL".to_owned(),
    };
    (code, error.to_string())
}
