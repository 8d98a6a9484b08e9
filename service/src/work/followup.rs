//! Follow-ups: tasks for what has to be done outside, made in the transaction of what makes them necessary.
//!
//! The key of an effect is in the unique key of its task: there is one open task for it at most, and the worker acts with
//! the key, so that doing it twice is doing it once.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{AgentType, TaskStatus};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    agent_states::AgentStates,
    cancel,
    create::{self, NewTask},
    keys::{EFFECT, OnConflict, TaskParent, Unique},
    task_batch::TaskBatch,
};
use crate::{
    Error, Result, UnitOfWork,
    limits::{BACKOFF_CAP_SECONDS, BACKOFF_SECONDS, LEVELS_ABOVE, MAX_ATTEMPTS},
    refusal::Code,
    settings,
};

/// What has to be done.
#[derive(Clone, Debug)]
pub(crate) struct FollowUp {
    /// The type of the task, by which `routing` names its agent.
    pub(crate) task_type: &'static str,
    /// What it is, in a line for people: the `name` in the task's input.
    pub(crate) name: String,
    /// What the worker needs to know, an object: the rest of the input, with the effect's key as `key`.
    pub(crate) payload: Json,
    /// Names the effect.
    pub(crate) effect_key: String,
    /// Who does it when `routing` names nobody; none: the orchestrator.
    pub(crate) agent_hint: Option<Uuid>,
}

/// Makes the task of a follow-up; none if there is an open one for the same effect, or no active agent at all.
pub(crate) async fn create(unit: &mut UnitOfWork, follow_up: FollowUp) -> Result<Option<Uuid>> {
    let Some((agent, states)) = held_agent(unit, &follow_up).await? else {
        tracing::warn!("there is no active agent for the follow-up {:?}", follow_up.effect_key);
        return Ok(None);
    };
    match create::make(unit, TaskParent::default(), &states, &[task(follow_up, agent)]).await {
        Ok(created) => Ok(created.tasks.first().copied()),
        // Nothing was written yet.
        Err(Error::Refused(refusal)) if refusal.code == Code::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the tasks of follow-ups of one sort and for one agent, each not before a time, in a few statements whatever
/// their number: an open task for the same effect stands for a new one. None if there is no active agent at all.
pub(crate) async fn create_all(
    unit: &mut UnitOfWork,
    follow_ups: Vec<(FollowUp, DateTime<Utc>)>,
) -> Result<Option<Vec<Uuid>>> {
    let Some((first, _)) = follow_ups.first() else { return Ok(Some(Vec::new())) };
    let Some((agent, states)) = held_agent(unit, first).await? else {
        tracing::warn!("there is no active agent for the follow-up {:?}", first.effect_key);
        return Ok(None);
    };
    let new = |(follow_up, run_after): (FollowUp, DateTime<Utc>)| {
        let mut task = task(follow_up, agent);
        task.run_after = Some(run_after);
        if let Some(unique) = &mut task.unique {
            unique.on_conflict = OnConflict::ReturnExisting;
        }
        task
    };
    let tasks: Vec<NewTask> = follow_ups.into_iter().map(new).collect();
    create::make(unit, TaskParent::default(), &states, &tasks).await.map(|created| Some(created.tasks))
}

/// Cancels the open task of an effect that is not needed any more; a worker that has it is asked to stop.
pub(crate) async fn close(unit: &mut UnitOfWork, effect_key: &str) -> Result<()> {
    match open(unit, effect_key).await? {
        Some((id, changes)) => stop(unit, id, changes).await,
        None => Ok(()),
    }
}

/// The same if nobody works on it; false if somebody does.
pub(crate) async fn withdraw(unit: &mut UnitOfWork, effect_key: &str) -> Result<bool> {
    let Some((id, changes)) = open(unit, effect_key).await? else { return Ok(true) };
    if changes.iter().any(|task| task.status == TaskStatus::InProgress) {
        return Ok(false);
    }
    stop(unit, id, changes).await.map(|()| true)
}

/// The agents of follow-ups of this unit, by the type of the task and the agent that was named: held, so that they stay
/// active.
#[derive(Default)]
struct Held(HashMap<(&'static str, Option<Uuid>), (Uuid, AgentStates)>);

/// Who does it, held.
async fn held_agent(unit: &UnitOfWork, follow_up: &FollowUp) -> Result<Option<(Uuid, AgentStates)>> {
    let kind = (follow_up.task_type, follow_up.agent_hint);
    let held = unit.memory().of_default(|held: &mut Held| held.0.get(&kind).cloned());
    if held.is_some() {
        return Ok(held);
    }
    let Some(agent) = agent(unit, follow_up).await? else { return Ok(None) };
    let states = AgentStates::hold(unit, &BTreeSet::from([agent])).await?;
    if !states.is_active(agent) {
        // It was deactivated after it was chosen.
        return Err(Error::Collision);
    }
    unit.memory().of_default(|held: &mut Held| held.0.insert(kind, (agent, states.clone())));
    Ok(Some((agent, states)))
}

/// Who does it: the agent that `routing` names, else the one that the follow-up names, else the orchestrator; in the
/// place of one that takes no work, the nearest above it that does.
async fn agent(unit: &UnitOfWork, follow_up: &FollowUp) -> Result<Option<Uuid>> {
    let settings = settings::load(unit).await?;
    let named = settings.routing.agent(follow_up.task_type).map(str::to_owned);
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE up(id, parent_id, is_active, choice, depth) AS (");
    sql.push("SELECT id, parent_id, is_active, CASE WHEN name = ").bind(named.clone()).push(" THEN 0 WHEN id = ");
    sql.bind(follow_up.agent_hint).push(" THEN 1 ELSE 2 END, 0 FROM agents WHERE name = ").bind(named);
    sql.push(" OR id = ").bind(follow_up.agent_hint).push(" OR type = ").literal(&AgentType::Orchestrator);
    sql.push(" UNION ALL SELECT a.id, a.parent_id, a.is_active, up.choice, up.depth + 1 FROM agents AS a JOIN up ");
    sql.write(format_args!("ON a.id = up.parent_id WHERE NOT up.is_active AND up.depth < {LEVELS_ABOVE}) "));
    sql.push("SELECT id FROM up WHERE is_active ORDER BY choice, depth, id LIMIT 1");
    let found: Vec<Uuid> = unit.ids(sql).await?;
    Ok(found.first().copied())
}

fn task(follow_up: FollowUp, agent: Uuid) -> NewTask {
    let FollowUp { task_type, name, payload, effect_key, .. } = follow_up;
    let mut input = match payload {
        Json::Object(members) => members,
        _ => Map::new(),
    };
    input.insert("name".to_owned(), name.into());
    input.insert("key".to_owned(), effect_key.as_str().into());
    NewTask {
        r#ref: None,
        assigned_agent_id: agent,
        task_type: task_type.to_owned(),
        priority: None,
        sla_minutes: None,
        input_data: Json::Object(input),
        run_after: None,
        depends_on: Vec::new(),
        max_attempts: MAX_ATTEMPTS,
        backoff_seconds: BACKOFF_SECONDS,
        backoff_cap_seconds: BACKOFF_CAP_SECONDS,
        max_run_seconds: None,
        max_wait_seconds: None,
        unique: Some(Unique { key: unique_key(&effect_key), window_seconds: None, on_conflict: OnConflict::Reject }),
    }
}

/// The unique key of the task of an effect.
pub(crate) fn unique_key(effect_key: &str) -> String {
    format!("{EFFECT}{effect_key}")
}

/// The open task of an effect, locked with everything below it.
async fn open(unit: &UnitOfWork, effect_key: &str) -> Result<Option<(Uuid, TaskBatch)>> {
    let mut sql = unit.sql();
    sql.push("SELECT task_id AS id FROM task_keys WHERE expires_at IS NULL AND key = ").bind(unique_key(effect_key));
    let found: Vec<Uuid> = unit.ids(sql).await?;
    let Some(id) = found.first().copied() else { return Ok(None) };
    Ok(Some((id, TaskBatch::lock_tree(unit, &[id]).await?)))
}

/// What ended before it was locked is left as it is.
async fn stop(unit: &mut UnitOfWork, id: Uuid, mut changes: TaskBatch) -> Result<()> {
    let below = changes.below(&BTreeSet::from([id]));
    cancel::stop(unit, &mut changes, below, Some("no longer needed")).await?;
    changes.save(unit).await
}
