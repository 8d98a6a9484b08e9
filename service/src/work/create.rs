//! New tasks: all of a call, or none.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entity::sea_orm_active_enums::{DependencyFailure, EventAggregate, ExecutionStatus, TaskStatus};
use sea_orm::{ActiveEnum, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{
    agent_states::AgentStates,
    item::check_size,
    keys::{self, TaskParent, Unique},
    links::Links,
    state::{self, OPEN_EXECUTIONS},
    task::{Task, lock_executions},
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, Scope},
    database::{Column, columns, row::enum_value},
    edit::check,
    events::{Event, EventKind},
    limits::{self, ATTEMPTS},
    principal::Role,
    refusal::{At, Code, Refusal},
};

/// Creates tasks, in an execution or on their own.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// The execution they belong to.
    pub workflow_execution_id: Option<Uuid>,
    /// What is to be done.
    pub tasks: Vec<NewTask>,
}

/// A task to create.
#[derive(Clone, Debug, Serialize)]
pub struct NewTask {
    /// Its name within the execution.
    pub r#ref: Option<String>,
    /// Who is to do it.
    pub assigned_agent_id: Uuid,
    /// What is to be done, an open list of names.
    pub task_type: String,
    /// 1 is most urgent; the usual one if there is none.
    pub priority: Option<i32>,
    /// Within how many minutes it is to be done; the usual time if there is none.
    pub sla_minutes: Option<i32>,
    /// What it is given, an object.
    pub input_data: Json,
    /// Not before.
    pub run_after: Option<DateTime<Utc>>,
    /// What must end before it.
    pub depends_on: Vec<Dependency>,
    /// How many attempts there may be.
    pub max_attempts: i32,
    /// The wait after the first failed attempt; it doubles with each.
    pub backoff_seconds: i32,
    /// The longest wait.
    pub backoff_cap_seconds: i32,
    /// How long one attempt may take.
    pub max_run_seconds: Option<i32>,
    /// How long it may wait for children.
    pub max_wait_seconds: Option<i32>,
    /// What there may be only once.
    pub unique: Option<Unique>,
}

/// What a task waits for.
#[derive(Clone, Debug, Serialize)]
pub struct Dependency {
    /// The name of another task, of this call or of the execution.
    pub r#ref: String,
    /// What becomes of the one that waits when it fails or is cancelled.
    pub on_failure: DependencyFailure,
}

/// The tasks of a call, in its order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Created {
    /// Their ids; of a task that was there already under its unique key, the id of that one.
    pub tasks: Vec<Uuid>,
}

impl Verb for Create {
    type Outcome = Created;
    const OPERATION: Operation = Operation::CreateTasks;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Created> {
        let scope = Scope::of(unit, self.tasks.iter().map(|task| task.assigned_agent_id)).await?;
        for (index, task) in self.tasks.iter().enumerate() {
            scope.check(task.assigned_agent_id).at(["tasks", &index.to_string(), "assignedAgentId"])?;
        }
        check_values(&self.tasks)?;
        let states = hold(unit, &self.tasks).await?;
        if let Some(execution) = self.workflow_execution_id {
            open_execution(unit, execution).await.at(["workflowExecutionId"])?;
            takes_part(unit, execution).await.at(["workflowExecutionId"])?;
        }
        create(unit, TaskParent { execution: self.workflow_execution_id, parent: None }, &states, &self.tasks).await
    }
}

/// Locks an execution and refuses one that has ended.
pub(super) async fn open_execution(unit: &UnitOfWork, id: Uuid) -> Result<()> {
    lock_executions(unit, &[id]).await?;
    let mut sql = unit.sql();
    sql.push("SELECT status FROM workflow_executions WHERE id = ").bind(id);
    let rows = unit.rows(sql).await?;
    let found = rows.first().ok_or(Error::NotFound("execution", id))?;
    let status = enum_value::<ExecutionStatus>(found, "status")?;
    match OPEN_EXECUTIONS.contains(&status) {
        true => Ok(()),
        false => Err(state::refuse_in(status, format!("execution {id} has ended")).into()),
    }
}

/// Refuses a principal that acts neither for the owner of an execution's workflow nor for an agent with a task in it.
async fn takes_part(unit: &UnitOfWork, execution: Uuid) -> Result<()> {
    if unit.principal().role != Role::Agent {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("SELECT w.owner_agent_id AS id FROM workflow_executions AS e JOIN workflows AS w ");
    sql.push("ON w.id = e.workflow_id WHERE e.id = ").bind(execution);
    sql.push(" UNION SELECT assigned_agent_id FROM tasks WHERE workflow_execution_id = ").bind(execution);
    let agents: Vec<Uuid> = unit.ids(sql).await?;
    let scope = Scope::of(unit, agents.iter().copied()).await?;
    match agents.iter().any(|agent| scope.check(*agent).is_ok()) {
        true => Ok(()),
        false => {
            let message = format!("this key's agent is not involved in execution {execution}");
            Err(Refusal::new(Code::Forbidden, message).into())
        }
    }
}

/// Holds the agents of tasks that are to be made, before executions and tasks are locked.
pub(super) async fn hold(unit: &UnitOfWork, tasks: &[NewTask]) -> Result<AgentStates> {
    let states = AgentStates::hold(unit, &tasks.iter().map(|task| task.assigned_agent_id).collect()).await;
    let at = |agent| {
        let index = tasks.iter().position(|task| task.assigned_agent_id == agent)?;
        Some(vec!["tasks".to_owned(), index.to_string(), "assignedAgentId".to_owned()])
    };
    states.map_err(|error| error.named(at))
}

/// Makes tasks. Their agents are held, and the execution, if there is one, is locked.
pub(super) async fn create(
    unit: &mut UnitOfWork,
    task_parent: TaskParent,
    states: &AgentStates,
    tasks: &[NewTask],
) -> Result<Created> {
    check_values(tasks)?;
    make(unit, task_parent, states, tasks).await
}

/// The same for tasks of the server itself, whose values are right.
pub(super) async fn make(
    unit: &mut UnitOfWork,
    task_parent: TaskParent,
    states: &AgentStates,
    tasks: &[NewTask],
) -> Result<Created> {
    let TaskParent { execution, parent } = task_parent;
    check_agents(states, tasks)?;
    let held = keys::existing(unit, task_parent, tasks).await?;
    let id = |index| held.get(&index).map_or_else(Uuid::now_v7, |there: &Task| there.id);
    let ids: Vec<Uuid> = (0..tasks.len()).map(id).collect();
    let links = Links::resolve(unit, execution, tasks, &ids, &held).await?;
    if let Some(parent) = parent {
        links.check_ancestors(unit, parent).await?;
    }

    let new = || tasks.iter().zip(&ids).enumerate().filter(|(index, _)| !held.contains_key(index)).map(|(_, it)| it);
    let row = |(task, id): (_, &Uuid)| Row::new(unit.now(), execution, parent, task, *id, links.open(*id));
    let rows: Vec<Row<'_>> = new().map(row).collect();
    write(unit, &rows);
    links.save(unit);
    keys::take(unit, new()).await?;
    Ok(Created { tasks: ids })
}

/// Makes the tasks of several calls, each of which [is independent](Create::is_independent); their agents are held.
pub(super) fn create_independent<'a>(
    unit: &mut UnitOfWork,
    states: &AgentStates,
    calls: impl Iterator<Item = &'a Create>,
) -> Result<Vec<Created>> {
    let (mut created, mut rows) = (Vec::new(), Vec::new());
    for call in calls {
        check_values(&call.tasks)?;
        check_agents(states, &call.tasks)?;
        let made = call.tasks.iter().map(|task| Row::new(unit.now(), None, None, task, Uuid::now_v7(), 0));
        let first = rows.len();
        rows.extend(made);
        created.push(Created { tasks: rows[first..].iter().map(|row| row.id).collect() });
    }
    write(unit, &rows);
    Ok(created)
}

impl Create {
    /// Whether its tasks stand on their own: what hangs together must fail together.
    pub(super) fn is_independent(&self) -> bool {
        let independent = |task: &NewTask| task.depends_on.is_empty() && task.unique.is_none() && task.r#ref.is_none();
        self.workflow_execution_id.is_none() && self.tasks.iter().all(independent)
    }
}

fn write(unit: &mut UnitOfWork, rows: &[Row<'_>]) {
    for row in rows {
        unit.emit(row.event());
    }
    let same = [
        ("status", TaskStatus::Pending.to_value().into()),
        ("created_at", unit.now().into()),
        ("updated_at", unit.now().into()),
    ];
    insert(unit, "tasks", &columns(), &same, rows);
}

/// Refuses tasks that no execution could be made of; whether their agents are active is asked when there is one.
pub(super) async fn check(unit: &UnitOfWork, tasks: &[NewTask]) -> Result<()> {
    check_values(tasks)?;
    let ids: Vec<Uuid> = tasks.iter().map(|_| Uuid::now_v7()).collect();
    Links::resolve(unit, None, tasks, &ids, &HashMap::new()).await.map(drop)
}

fn check_values(tasks: &[NewTask]) -> Result<()> {
    check_size("tasks", tasks.len())?;
    for (index, task) in tasks.iter().enumerate() {
        task.check().map_err(|refusal| placed(refusal, index))?;
    }
    Ok(())
}

/// Says which task of the call a refusal is about.
pub(super) fn placed(refusal: Refusal, index: usize) -> Refusal {
    refusal.under(["tasks", &index.to_string()])
}

impl NewTask {
    fn priority(&self) -> i32 {
        self.priority.unwrap_or(limits::PRIORITY)
    }

    fn sla_minutes(&self) -> i32 {
        self.sla_minutes.unwrap_or(limits::SLA_MINUTES)
    }

    fn check(&self) -> Result<(), Refusal> {
        let invalid = |field: &str, message: &str| Err(Refusal::new(Code::Invalid, message).at([field]));
        if self.task_type.trim().is_empty() || self.task_type.chars().count() > 100 {
            return invalid("taskType", "`taskType` must have 1 to 100 characters");
        }
        if self.r#ref.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > 100) {
            return invalid("ref", "a reference has 1 to 100 characters");
        }
        if !(1..=10).contains(&self.priority()) {
            return invalid("priority", "a priority must be 1 to 10");
        }
        if self.sla_minutes() < 1 {
            return invalid("slaMinutes", "it must be at least 1 minute");
        }
        check::object("inputData", &self.input_data, check::JSON)?;
        if !(1..=ATTEMPTS).contains(&self.max_attempts) {
            return invalid("maxAttempts", &format!("the number of attempts must be 1 to {ATTEMPTS}"));
        }
        for (field, seconds) in
            [("backoffSeconds", self.backoff_seconds), ("backoffCapSeconds", self.backoff_cap_seconds)]
        {
            if seconds < 0 {
                return invalid(field, "a delay cannot be negative");
            }
        }
        for (field, seconds) in [("maxRunSeconds", self.max_run_seconds), ("maxWaitSeconds", self.max_wait_seconds)] {
            if seconds.is_some_and(|seconds| seconds < 1) {
                return invalid(field, "it must be at least 1 second");
            }
        }
        match &self.unique {
            Some(unique) => unique.check(),
            None => Ok(()),
        }
    }
}

/// Refuses agents that are not active.
fn check_agents(states: &AgentStates, tasks: &[NewTask]) -> Result<()> {
    match tasks.iter().position(|task| !states.is_active(task.assigned_agent_id)) {
        Some(index) => {
            let message = format!("agent {} is not active", tasks[index].assigned_agent_id);
            Err(placed(Refusal::new(Code::AgentInactive, message).at(["assignedAgentId"]), index).into())
        }
        None => Ok(()),
    }
}

struct Row<'a> {
    id: Uuid,
    task: &'a NewTask,
    execution: Option<Uuid>,
    parent: Option<Uuid>,
    reference: Option<&'a str>,
    priority: i32,
    sla_minutes: i32,
    unique_key: Option<&'a str>,
    deadline_at: DateTime<Utc>,
    open_dependencies: i32,
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    columns!(Row<'a>:
        id,
        workflow_execution_id = execution,
        parent_task_id = parent,
        reference,
        assigned_agent_id = task.assigned_agent_id,
        task_type = task.task_type,
        priority,
        input_data = task.input_data,
        sla_minutes,
        deadline_at,
        run_after = task.run_after,
        open_dependencies,
        max_attempts = task.max_attempts,
        backoff_seconds = task.backoff_seconds,
        backoff_cap_seconds = task.backoff_cap_seconds,
        max_run_seconds = task.max_run_seconds,
        max_wait_seconds = task.max_wait_seconds,
        unique_key,
    )
    .into()
}

impl<'a> Row<'a> {
    fn new(
        now: DateTime<Utc>,
        execution: Option<Uuid>,
        parent: Option<Uuid>,
        task: &'a NewTask,
        id: Uuid,
        open_dependencies: i32,
    ) -> Self {
        Self {
            id,
            task,
            execution,
            parent,
            reference: task.r#ref.as_deref(),
            unique_key: task.unique.as_ref().map(|unique| unique.key.as_str()),
            priority: task.priority(),
            sla_minutes: task.sla_minutes(),
            deadline_at: now + Duration::minutes(task.sla_minutes().into()),
            open_dependencies,
        }
    }

    fn event(&self) -> Event {
        let mut changes = Map::new();
        changes.insert("status".to_owned(), json!("PENDING"));
        changes.insert("taskType".to_owned(), self.task.task_type.as_str().into());
        Event {
            kind: EventKind::TaskCreated,
            aggregate_type: EventAggregate::Task,
            aggregate_id: self.id,
            aggregate_version: 1,
            agent_id: Some(self.task.assigned_agent_id),
            execution_id: self.execution,
            changes,
        }
    }
}

/// Inserts records, if there are any; `same` is what all of them have.
pub(super) fn insert<T>(unit: &UnitOfWork, table: &str, columns: &[Column<T>], same: &[(&str, Value)], rows: &[T]) {
    if !rows.is_empty() {
        unit.write(|sql| {
            sql.insert(table, columns, same, rows);
        });
    }
}
