//! Workflows that start by the clock: each slot once, however many processes look.

use std::str::FromStr;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use croner::Cron;
use entity::{
    sea_orm_active_enums::{EventAggregate, WorkflowTriggerType},
    workflows,
};
use sea_orm::EntityTrait;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{
    cancel::CancelExecution,
    execution::{self, Start},
};
use crate::{
    Actor, Result, Service, Unit, Verb,
    events::Event,
    refusal::{Code, Refusal},
};

/// When a workflow starts, from its trigger's configuration.
#[derive(Clone, Debug)]
pub struct Schedule {
    cron: Cron,
    zone: Tz,
    catch_up: CatchUp,
    overlap: Overlap,
}

/// What becomes of slots that passed while no server ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CatchUp {
    /// They are left out.
    #[default]
    Skip,
    /// The last of them is started.
    One,
    /// All of them are started, at most [`MAX_MISSED`].
    All,
}

/// What happens while an earlier execution is not over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Overlap {
    /// The slot is left out.
    #[default]
    Skip,
    /// The execution is made, and begins when the earlier ones are over.
    Queue,
    /// The earlier ones are called off.
    CancelOld,
}

/// The most missed slots that are started after a downtime: the latest ones.
pub const MAX_MISSED: usize = 100;

/// A slot that is seen later than this was missed.
const PUNCTUAL_SECONDS: i64 = 60;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Config {
    cron: String,
    time_zone: Option<String>,
    #[serde(default)]
    catch_up: CatchUp,
    #[serde(default)]
    overlap: Overlap,
}

impl Schedule {
    /// Reads `{"cron", "timeZone", "catchUp", "overlap"}`: five fields (minute hour day month weekday), a name of the
    /// IANA database (UTC when nothing is said).
    pub fn parse(config: &Json) -> Result<Self, Refusal> {
        let invalid = |message: String| Refusal::new(Code::Invalid, message).at(["triggerConfig"]);
        let config: Config = serde_json::from_value(config.clone()).map_err(|error| {
            invalid(format!("a schedule needs `cron`, and may have `timeZone`, `catchUp`, `overlap`: {error}"))
        })?;
        if config.cron.split_whitespace().count() != 5 {
            return Err(invalid(format!(
                "`{}` has not the five fields minute, hour, day, month, weekday",
                config.cron
            )));
        }
        let cron = Cron::from_str(&config.cron).map_err(|error| invalid(format!("`{}`: {error}", config.cron)))?;
        let zone = config.time_zone.as_deref().unwrap_or("UTC");
        let zone = Tz::from_str(zone).map_err(|_| invalid(format!("there is no time zone `{zone}`")))?;
        Ok(Self { cron, zone, catch_up: config.catch_up, overlap: config.overlap })
    }

    /// The first slot after a time. Where summer time begins, a time that does not exist is taken right after the gap;
    /// where it ends, a fixed time is taken once, the first time, and every hour or minute as often as it passes.
    pub fn next_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = time.with_timezone(&self.zone);
        self.cron.find_next_occurrence(&local, false).ok().map(|slot| slot.to_utc())
    }

    /// The first slots after a time.
    pub fn next(&self, time: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.next_after(time), |slot| self.next_after(*slot)).take(count).collect()
    }

    /// The slots to start now of those from `first` on, and the first one to come.
    fn due(&self, first: DateTime<Utc>, now: DateTime<Utc>) -> (Vec<DateTime<Utc>>, Option<DateTime<Utc>>) {
        // A schedule by the minute after a year of downtime has half a million: only the latest are looked at.
        let mut passed = std::collections::VecDeque::new();
        let mut slot = Some(first);
        while let Some(time) = slot.filter(|time| *time <= now) {
            passed.push_back(time);
            if passed.len() > MAX_MISSED {
                passed.pop_front();
            }
            slot = self.next_after(time);
        }
        let punctual = |slot: &DateTime<Utc>| now - *slot < Duration::seconds(PUNCTUAL_SECONDS);
        let due = match self.catch_up {
            CatchUp::All => passed.into(),
            CatchUp::One => passed.pop_back().into_iter().collect(),
            CatchUp::Skip => passed.into_iter().filter(punctual).collect(),
        };
        (due, slot)
    }
}

/// When a workflow starts next by its trigger; never, if that is no schedule.
pub fn next_run(
    trigger: WorkflowTriggerType,
    config: &Json,
    is_active: bool,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    if trigger != WorkflowTriggerType::Schedule {
        return Ok(None);
    }
    let schedule = Schedule::parse(config)?;
    Ok(if is_active { schedule.next_after(now) } else { None })
}

/// Starts what is due; the number of executions.
pub async fn start_due(service: &Service) -> Result<usize> {
    let now = service.clock().now();
    let unit = service.begin(&Actor::server()).await?;
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflows WHERE next_run_at <= ").bind(now).push(" ORDER BY next_run_at, id LIMIT 100");
    let due: Vec<Uuid> = unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?;
    unit.undo().await;
    let mut started = 0;
    for workflow in due {
        let mut unit = service.begin(&Actor::server()).await?;
        let fired = fire(&mut unit, workflow).await;
        started += unit.end(fired).await?;
    }
    Ok(started)
}

/// Starts the slots of a workflow that are due, if under its lock they still are.
async fn fire(unit: &mut Unit, id: Uuid) -> Result<usize> {
    let now = unit.now();
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflows WHERE next_run_at <= ").bind(now).push(" AND id = ").bind(id).for_update();
    if unit.rows(sql).await?.is_empty() {
        return Ok(0);
    }
    let Some(workflow) = workflows::Entity::find_by_id(id).one(unit.txn().await?).await? else { return Ok(0) };
    let Some(first) = workflow.next_run_at.map(|time| time.to_utc()) else { return Ok(0) };
    let schedule = match Schedule::parse(&workflow.trigger_config) {
        Ok(schedule) if workflow.is_active && workflow.trigger_type == WorkflowTriggerType::Schedule => schedule,
        _ => {
            set_next(unit, id, None).await?;
            return Ok(0);
        }
    };
    let (slots, next) = schedule.due(first, now);
    set_next(unit, id, next).await?;
    let mut started = 0;
    for slot in slots {
        started += usize::from(start(unit, id, &schedule, slot).await?);
    }
    Ok(started)
}

async fn start(unit: &mut Unit, workflow: Uuid, schedule: &Schedule, slot: DateTime<Utc>) -> Result<bool> {
    let open = execution::open_of(unit, workflow).await?;
    if !open.is_empty() {
        match schedule.overlap {
            Overlap::Skip => {
                unit.emit(skipped(workflow, slot));
                return Ok(false);
            }
            Overlap::Queue => {}
            Overlap::CancelOld => {
                for execution in &open {
                    let reason = Some("the next one starts".to_owned());
                    CancelExecution { execution: *execution, reason }.perform(unit).await?;
                }
            }
        }
    }
    let verb = Start {
        workflow,
        // The key that holds a slot: no other process can start it again.
        execution_id: Some(format!("schedule:{workflow}:{}", slot.to_rfc3339())),
        input: json!({ "slot": slot }),
        tasks: None,
    };
    let queued = schedule.overlap == Overlap::Queue && !open.is_empty();
    Ok(!verb.start(unit, queued).await?.existing)
}

async fn set_next(unit: &Unit, workflow: Uuid, next: Option<DateTime<Utc>>) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE workflows SET next_run_at = ").bind(next).push(" WHERE id = ").bind(workflow);
    unit.execute(sql).await.map(drop)
}

fn skipped(workflow: Uuid, slot: DateTime<Utc>) -> Event {
    let mut changes = Map::new();
    changes.insert("slot".to_owned(), slot.to_rfc3339().into());
    Event {
        kind: "workflow.slot_skipped",
        aggregate_type: EventAggregate::Workflow,
        aggregate_id: workflow,
        aggregate_version: 0,
        agent_id: None,
        execution_id: None,
        changes,
    }
}
