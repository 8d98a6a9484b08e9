//! Taking tasks to work on, under a lease that only its token can use.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::TaskStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    agent_states::AgentStates,
    hierarchy, state,
    task::{self, Task},
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, Scope},
    database::Sql,
    events::EventKind,
    refusal::{At, Code, Refusal},
};

/// Claims the most urgent tasks that can be worked on, the oldest of them first.
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    /// For these agents.
    pub agent_ids: Vec<Uuid>,
    /// For this agent and all below it.
    pub subtree_of_agent_id: Option<Uuid>,
    /// Only tasks of these types; of all types when `None`.
    pub task_types: Option<Vec<String>>,
    /// At most so many, up to 250.
    pub max: i32,
    /// How long the lease lasts and a heartbeat extends it, in seconds.
    pub lease_seconds: i32,
    /// How often the worker will send heartbeats, in seconds: at most a third of the lease.
    pub heartbeat_seconds: Option<i32>,
    /// For how long to wait while there is no task, in seconds. A call with an idempotency key does not wait.
    pub wait_seconds: i32,
    /// Who works, for people.
    pub worker: Option<String>,
}

/// A task in somebody's hands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lease {
    /// The task.
    pub task: Uuid,
    /// What every later call on the task must carry.
    pub token: Uuid,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// When others may take it.
    pub expires_at: DateTime<Utc>,
    /// Whether the work is to be stopped.
    pub cancel_requested: bool,
}

/// The most tasks of one claim.
pub const MAX_CLAIM: i32 = 250;
/// The most types of tasks that a claim names.
const MAX_TYPES: usize = 250;
/// The shortest and the longest lease, in seconds.
pub const LEASES: std::ops::RangeInclusive<i32> = 5..=86_400;
/// The longest wait of a claim, in seconds.
const MAX_WAIT: i32 = 20;

impl Verb for Claim {
    type Outcome = Vec<Lease>;
    const OPERATION: Operation = Operation::ClaimTasks;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Lease>> {
        self.check()?;
        let for_whom = agents(unit, &[self]).await?;
        let states = AgentStates::read(unit, &for_whom.iter().flatten().copied().collect()).await;
        let states = states.map_err(|error| error.named(|id| self.place_of(id)))?;
        let mut claimed = serve(unit, &states, &[self], &for_whom).await?;
        claimed.save(unit);
        Ok(claimed.leases.pop().unwrap_or_default())
    }
}

impl Claim {
    /// Refuses what no claim can be.
    pub fn check(&self) -> Result<(), Refusal> {
        let invalid = |field: &str, message: String| Err(Refusal::new(Code::Invalid, message).at([field]));
        if !(1..=MAX_CLAIM).contains(&self.max) {
            return invalid("max", format!("a claim takes 1 to {MAX_CLAIM} tasks"));
        }
        if !LEASES.contains(&self.lease_seconds) {
            return invalid("leaseSeconds", format!("`leaseSeconds` must be {} to {}", LEASES.start(), LEASES.end()));
        }
        if self.heartbeat_seconds.is_some_and(|seconds| seconds < 1 || seconds > self.lease_seconds / 3) {
            return invalid("heartbeatSeconds", "a lease must last at least three heartbeat intervals".to_owned());
        }
        if self.agent_ids.is_empty() && self.subtree_of_agent_id.is_none() {
            return invalid("agentIds", "give `agentIds`, `subtreeOfAgentId` or both".to_owned());
        }
        if self.task_types.as_ref().is_some_and(Vec::is_empty) {
            return invalid(
                "taskTypes",
                "name a type, or leave `taskTypes` out to claim tasks of all types".to_owned(),
            );
        }
        if self.task_types.as_ref().is_some_and(|types| types.len() > MAX_TYPES) {
            let message = format!("a claim names at most {MAX_TYPES} types");
            return Err(Refusal::new(Code::LimitReached, message).at(["taskTypes"]));
        }
        if !(0..=MAX_WAIT).contains(&self.wait_seconds) {
            return invalid("waitSeconds", format!("`waitSeconds` is 0 to {MAX_WAIT}"));
        }
        if self.worker.as_ref().is_some_and(|worker| worker.chars().count() > 255) {
            return invalid("worker", "a worker's name has at most 255 characters".to_owned());
        }
        Ok(())
    }

    /// Where the input names an agent.
    fn place_of(&self, agent: Uuid) -> Option<Vec<String>> {
        match self.agent_ids.iter().position(|id| *id == agent) {
            Some(index) => Some(vec!["agentIds".to_owned(), index.to_string()]),
            None => Some(vec!["subtreeOfAgentId".to_owned()]).filter(|_| self.subtree_of_agent_id == Some(agent)),
        }
    }

    /// Takes what it may of what was found.
    fn take(
        &self,
        unit: &mut UnitOfWork,
        agents: &BTreeSet<Uuid>,
        free: &mut Free,
        found: &mut [Option<Task>],
        taken: &mut Vec<(Task, Task)>,
    ) -> Result<Vec<Lease>> {
        let (now, token) = (unit.now(), Uuid::new_v4());
        let mut own = Vec::new();
        for place in found {
            if own.len() >= usize::try_from(self.max).unwrap_or_default() {
                break;
            }
            let fits = place.as_ref().is_some_and(|task| agents.contains(&task.agent) && free.has(task.agent));
            let Some(before) = fits.then(|| place.take()).flatten() else { continue };
            let mut task = before.clone();
            free.take(task.agent);
            state::check(task.status, TaskStatus::InProgress)?;
            task.status = TaskStatus::InProgress;
            task.attempt += 1;
            task.claimed_at = Some(now);
            task.started_at = task.started_at.or(Some(now));
            task.deadline_at = Some(task.deadline());
            task.lease_token = Some(token);
            task.lease_seconds = Some(self.lease_seconds);
            let expires_at = task.leased_until(now, self.lease_seconds);
            task.lease_expires_at = Some(expires_at);
            task.worker = self.worker.clone().or_else(|| Some(unit.principal().name.clone()));
            unit.emit(task.event(EventKind::TaskClaimed, json!({ "attempt": task.attempt, "worker": task.worker })));
            own.push(Lease { task: task.id, token, attempt: task.attempt, expires_at, cancel_requested: false });
            taken.push((task, before));
        }
        Ok(own)
    }
}

/// A claim, its place among those that are served together, and the agents it is for.
type ClaimRequest<'a> = (usize, &'a Claim, &'a BTreeSet<Uuid>);

/// Where the input of one of the claims names an agent.
pub(super) fn place_of(claims: &[&Claim], agent: Uuid) -> Option<Vec<String>> {
    claims.iter().find_map(|claim| claim.place_of(agent))
}

/// The agents that each claim is for.
pub(super) async fn agents(unit: &UnitOfWork, claims: &[&Claim]) -> Result<Vec<BTreeSet<Uuid>>> {
    let named = claims.iter().flat_map(|claim| claim.agent_ids.iter().copied().chain(claim.subtree_of_agent_id));
    let scope = Scope::of(unit, named).await.map_err(|error| error.named(|id| place_of(claims, id)))?;
    let mut for_whom = Vec::with_capacity(claims.len());
    for claim in claims {
        for agent in claim.agent_ids.iter().copied().chain(claim.subtree_of_agent_id) {
            scope.check(agent).at(claim.place_of(agent).unwrap_or_default())?;
        }
        let mut agents: BTreeSet<Uuid> = claim.agent_ids.iter().copied().collect();
        if let Some(top) = claim.subtree_of_agent_id {
            let subtree = hierarchy::below(unit, top).await?;
            if subtree.is_empty() {
                return Err(Error::NotFound("agent", top)).at(["subtreeOfAgentId"]);
            }
            agents.extend(subtree);
        }
        for_whom.push(agents);
    }
    Ok(for_whom)
}

/// What claims got.
#[derive(Default)]
pub(super) struct Claimed {
    /// Of each claim, in their order.
    pub(super) leases: Vec<Vec<Lease>>,
    /// What they took, and as it was. Not written yet.
    pub(super) taken: Vec<(Task, Task)>,
}

impl Claimed {
    fn save(&mut self, unit: &UnitOfWork) {
        task::save(unit, self.taken.iter().map(|(task, before)| (task, before)));
        self.taken.clear();
    }
}

/// Serves claims together. Every lease of a claim has the claim's token.
pub(super) async fn serve(
    unit: &mut UnitOfWork,
    states: &AgentStates,
    claims: &[&Claim],
    for_whom: &[BTreeSet<Uuid>],
) -> Result<Claimed> {
    let mut free = Free::of(unit, states, for_whom.iter().flatten().copied().collect()).await?;
    // One search for those who want the same types: what others want would take the places of what they want.
    let mut by_types: BTreeMap<Option<&[String]>, Vec<ClaimRequest<'_>>> = BTreeMap::new();
    for (index, (claim, agents)) in claims.iter().zip(for_whom).enumerate() {
        by_types.entry(claim.task_types.as_deref()).or_default().push((index, claim, agents));
    }
    let mut claimed = Claimed { leases: vec![Vec::new(); claims.len()], taken: Vec::new() };
    for (types, claims) in by_types {
        // The next search is not to find them again.
        claimed.save(unit);
        let wanted = Wanted::by(&claims, &free);
        let agents = free.among(wanted.agents.iter().copied());
        let mut found: Vec<_> = pick(unit, &agents, types, &wanted).await?.into_iter().map(Some).collect();
        for (index, claim, agents) in claims {
            claimed.leases[index] = claim.take(unit, agents, &mut free, &mut found, &mut claimed.taken)?;
        }
    }
    Ok(claimed)
}

/// How many more tasks each active agent may have in progress.
struct Free(BTreeMap<Uuid, Option<i64>>);

impl Free {
    /// Limits are read and counted under a lock of their agents: two claims never spend the same room. Ends of tasks
    /// make room without a lock.
    async fn of(unit: &UnitOfWork, states: &AgentStates, agents: BTreeSet<Uuid>) -> Result<Self> {
        let active = agents.into_iter().filter(|agent| states.is_active(*agent));
        let mut free: BTreeMap<_, _> = active.map(|agent| (agent, states.limit(agent).map(i64::from))).collect();
        let limited: Vec<Uuid> = free.iter().filter_map(|(agent, room)| room.map(|_| *agent)).collect();
        if !limited.is_empty() {
            let mut sql = unit.sql();
            sql.push("SELECT id, is_active, max_concurrent_tasks FROM agents WHERE id").is_any(&limited);
            sql.push(" ORDER BY id").for_update();
            for found in unit.rows(sql).await? {
                let id: Uuid = found.try_get_by("id")?;
                let limit: Option<i32> = found.try_get_by("max_concurrent_tasks")?;
                let active: bool = found.try_get_by("is_active")?;
                match active {
                    true => free.insert(id, limit.map(i64::from)),
                    false => free.remove(&id),
                };
            }
            let mut sql = unit.sql();
            sql.push("SELECT assigned_agent_id, count(*) AS running FROM tasks WHERE status = 'in_progress' ");
            sql.push("AND assigned_agent_id").is_any(&limited).push(" GROUP BY assigned_agent_id");
            for found in unit.rows(sql).await? {
                let (id, running): (Uuid, i64) = (found.try_get_by("assigned_agent_id")?, found.try_get_by("running")?);
                if let Some(Some(room)) = free.get_mut(&id) {
                    *room -= running;
                }
            }
        }
        Ok(Self(free))
    }

    /// Those of these agents that have room.
    fn among(&self, agents: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
        agents.filter(|agent| self.has(*agent)).collect()
    }

    fn has(&self, agent: Uuid) -> bool {
        self.0.get(&agent).is_some_and(|room| room.is_none_or(|room| room > 0))
    }

    fn is_limited(&self, agent: Uuid) -> bool {
        self.0.get(&agent).is_some_and(Option::is_some)
    }

    fn take(&mut self, agent: Uuid) {
        if let Some(Some(room)) = self.0.get_mut(&agent) {
            *room -= 1;
        }
    }
}

/// What claims look for together.
struct Wanted {
    agents: BTreeSet<Uuid>,
    /// The most that they can take of one agent: what is found is locked.
    per_agent: i64,
    /// The most that they can take of what each agent has.
    in_all: i64,
}

impl Wanted {
    fn by(claims: &[ClaimRequest<'_>], free: &Free) -> Self {
        let mut each: BTreeMap<Uuid, i64> = BTreeMap::new();
        for (_, claim, agents) in claims {
            for agent in *agents {
                *each.entry(*agent).or_default() += i64::from(claim.max);
            }
        }
        let per_agent = each.values().copied().max().unwrap_or_default();
        let agents: BTreeSet<Uuid> = each.into_keys().collect();
        let in_all = match claims {
            [_] if !agents.iter().any(|agent| free.is_limited(*agent)) => per_agent,
            // The tasks of one agent, which may be more than it may have, are not to take the places of another's.
            _ => per_agent.saturating_mul(i64::try_from(agents.len()).unwrap_or(i64::MAX)),
        };
        Self { agents, per_agent, in_all }
    }
}

/// Locks the first claimable tasks of these agents, leaving out those that others are taking.
async fn pick(unit: &UnitOfWork, agents: &[Uuid], types: Option<&[String]>, wanted: &Wanted) -> Result<Vec<Task>> {
    if agents.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = unit.sql();
    let inner = sql.alias();
    sql.write(format_args!("SELECT {} FROM ", Task::columns("c"))).keys(agents);
    sql.first_per_key(
        "tasks",
        inner,
        |sql| {
            sql.write(format_args!("{inner}.*"));
        },
        |sql| {
            sql.write(format_args!(
                " FROM tasks AS {inner} WHERE {inner}.assigned_agent_id = k.id AND {inner}.status = 'pending' AND "
            ));
            write_ready(sql, inner);
            if let Some(types) = types {
                sql.write(format_args!(" AND {inner}.task_type IN ")).list(types, |sql, name| {
                    sql.bind(name.as_str());
                });
            }
            sql.write(format_args!(" ORDER BY {inner}.priority, {inner}.created_at, {inner}.id LIMIT "));
            sql.bind(wanted.per_agent).for_update_skip_locked(inner);
        },
    );
    sql.push(" ORDER BY c.priority, c.created_at, c.id LIMIT ").bind(wanted.in_all);
    unit.rows(sql).await?.iter().map(Task::read).collect()
}

/// Adds whether a pending task can be taken now, as far as the task itself goes.
pub(super) fn write_ready(sql: &mut Sql, task: impl Display) {
    sql.write(format_args!("{task}.open_dependencies = 0 AND ({task}.run_after IS NULL OR {task}.run_after <= ")).now();
    sql.write(format_args!(
        ") AND NOT EXISTS (SELECT 1 FROM workflow_executions AS e WHERE e.id = {task}.workflow_execution_id \
         AND e.status IN ('pending', 'paused'))"
    ));
}
