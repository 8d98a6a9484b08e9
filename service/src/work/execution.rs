//! Executions: a run of a workflow, with its tasks.

use entity::workflows;
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    cancel::execution_event,
    create::{self, NewTask},
    definition,
    keys::Place,
    task::lock_executions,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    events::EventKind,
    refusal::{At, Code, Located, Refusal},
};

/// Starts an execution of a workflow.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// The workflow.
    pub workflow_id: Uuid,
    /// The caller's own id: starting it again gives the same execution.
    pub execution_id: Option<String>,
    /// What the whole is given, an object.
    pub input_data: Json,
    /// Its tasks; those of the workflow's definition when there are none given.
    pub tasks: Option<Vec<NewTask>>,
}

/// An execution and its first tasks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Started {
    /// The execution.
    pub execution: Uuid,
    /// The tasks that were made.
    pub tasks: Vec<Uuid>,
    /// Whether it was there already under the caller's id.
    pub existing: bool,
}

impl Verb for Start {
    type Outcome = Started;
    const OPERATION: Operation = Operation::StartExecution;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Started> {
        self.start(unit, false).await
    }
}

impl Start {
    /// Starts it, or makes it wait for the end of earlier executions of the workflow.
    pub(super) async fn start(&self, unit: &mut UnitOfWork, queued: bool) -> Result<Started> {
        if !self.input_data.is_object() {
            return Err(Refusal::new(Code::Invalid, "`inputData` is not an object").at(["inputData"]).into());
        }
        if self.execution_id.as_ref().is_some_and(|id| id.is_empty() || id.chars().count() > 255) {
            return Err(Refusal::new(Code::Invalid, "an execution id has 1 to 255 characters")
                .at(["executionId"])
                .into());
        }
        let workflow = workflows::Entity::find_by_id(self.workflow_id).one(unit.txn().await?).await?;
        let workflow = workflow.ok_or(Error::NotFound("workflow", self.workflow_id)).at(["workflowId"])?;
        if !workflow.is_active {
            return Err(Refusal::new(Code::InvalidTransition, "the workflow is archived").at(["workflowId"]).into());
        }
        let id = Uuid::now_v7();
        if !self.insert(unit, id, queued).await? {
            return self.existing(unit).await;
        }
        let (kind, status) =
            if queued { (EventKind::ExecutionQueued, "PENDING") } else { (EventKind::ExecutionStarted, "RUNNING") };
        unit.emit(execution_event(kind, id, 1, status));
        let tasks = match &self.tasks {
            Some(tasks) => tasks.clone(),
            None => definition::tasks(unit, &workflow, &self.input_data).await?,
        };
        let made = async {
            let states = create::hold(unit, &tasks).await?;
            create::create(unit, Place { execution: Some(id), parent: None }, &states, &tasks).await
        };
        let made = made.await.map_err(|error| match &self.tasks {
            Some(_) => error,
            // The input has no such path: they are the workflow's.
            None => error.below(["workflowId", "definition"]),
        })?;
        Ok(Started { execution: id, tasks: made.tasks, existing: false })
    }

    async fn insert(&self, unit: &UnitOfWork, id: Uuid, queued: bool) -> Result<bool> {
        let now = unit.now();
        let (status, started) = if queued { ("pending", None) } else { ("running", Some(now)) };
        let mut sql = unit.sql();
        sql.push("INSERT INTO workflow_executions (id, workflow_id, execution_id, status, started_at, input_data, created_at, updated_at) VALUES (");
        sql.bind(id)
            .push(", ")
            .bind(self.workflow_id)
            .push(", ")
            .bind(self.execution_id.clone())
            .push(", ")
            .execution_status(status)
            .push(", ")
            .bind(started);
        sql.push(", ")
            .bind(self.input_data.clone())
            .push(", ")
            .bind(now)
            .push(", ")
            .bind(now)
            .push(") ON CONFLICT DO NOTHING");
        Ok(unit.execute(sql).await? == 1)
    }

    async fn existing(&self, unit: &UnitOfWork) -> Result<Started> {
        let mut sql = unit.sql();
        sql.push("SELECT id, workflow_id FROM workflow_executions WHERE execution_id = ")
            .bind(self.execution_id.clone());
        let rows = unit.rows(sql).await?;
        let found = rows.first().ok_or(Error::Collision)?;
        let (execution, workflow): (Uuid, Uuid) = (found.try_get_by(0)?, found.try_get_by(1)?);
        if workflow != self.workflow_id {
            let message = format!("execution {execution} of another workflow has this id");
            return Err(Refusal::new(Code::AlreadyExists, message).at(["executionId"]).into());
        }
        let mut sql = unit.sql();
        sql.push("SELECT id FROM tasks WHERE workflow_execution_id = ")
            .bind(execution)
            .push(" ORDER BY created_at, id");
        let tasks = unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?;
        Ok(Started { execution, tasks, existing: true })
    }
}

/// The executions of a workflow that are not over, oldest first.
pub(super) async fn open_of(unit: &UnitOfWork, workflow: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflow_executions WHERE status IN ('pending', 'running', 'paused') AND workflow_id = ");
    sql.bind(workflow).push(" ORDER BY created_at, id");
    Ok(unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?)
}

/// Begins the executions that waited for the end of these.
pub(super) async fn begin_queued(unit: &mut UnitOfWork, ended: &[Uuid]) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT DISTINCT workflow_id FROM workflow_executions WHERE id").is_any(ended);
    let workflows: Vec<Uuid> =
        unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?;
    begin_next(unit, &workflows).await
}

/// Begins the oldest queued execution of each of these workflows, if no other is running.
pub(super) async fn begin_next(unit: &mut UnitOfWork, workflows: &[Uuid]) -> Result<()> {
    // Whoever starts a slot holds the workflow too: either it sees that the earlier execution has ended, or its queued
    // execution is seen here.
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflows WHERE id").is_any(workflows).push(" ORDER BY id").for_update();
    unit.rows(sql).await?;
    for workflow in workflows {
        let mut sql = unit.sql();
        let now = unit.now();
        sql.push("UPDATE workflow_executions SET status = 'running', version = version + 1, started_at = ").bind(now);
        sql.push(", updated_at = ")
            .bind(now)
            .push(" WHERE id = (SELECT id FROM workflow_executions WHERE status = 'pending' AND workflow_id = ");
        sql.bind(*workflow)
            .push(" ORDER BY created_at, id LIMIT 1) AND NOT EXISTS (SELECT 1 FROM workflow_executions AS o WHERE ");
        sql.push("o.status IN ('running', 'paused') AND o.workflow_id = ")
            .bind(*workflow)
            .push(") RETURNING id, version");
        for found in unit.rows(sql).await? {
            unit.emit(execution_event(
                EventKind::ExecutionStarted,
                found.try_get_by(0)?,
                found.try_get_by(1)?,
                "RUNNING",
            ));
        }
    }
    Ok(())
}

/// Whether an execution is there.
pub(super) async fn exists(unit: &UnitOfWork, id: Uuid) -> Result<bool> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflow_executions WHERE id = ").bind(id);
    Ok(!unit.rows(sql).await?.is_empty())
}

/// Keeps the tasks of an execution from being claimed; those in hand go on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Pause {
    /// The execution.
    pub workflow_execution_id: Uuid,
}

impl Verb for Pause {
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::PauseExecution;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        toggle(unit, self.workflow_execution_id, ("running", "paused"), (EventKind::ExecutionPaused, "PAUSED")).await
    }
}

/// Lets a paused execution go on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Resume {
    /// The execution.
    pub workflow_execution_id: Uuid,
}

impl Verb for Resume {
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ResumeExecution;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        toggle(unit, self.workflow_execution_id, ("paused", "running"), (EventKind::ExecutionResumed, "RUNNING")).await
    }
}

async fn toggle(
    unit: &mut UnitOfWork,
    id: Uuid,
    (from, to): (&str, &str),
    (kind, status): (EventKind, &str),
) -> Result<Uuid> {
    lock_executions(unit, &[id]).await?;
    let mut sql = unit.sql();
    sql.write(format_args!("UPDATE workflow_executions SET status = '{to}', version = version + 1, updated_at = "))
        .bind(unit.now());
    sql.write(format_args!(" WHERE status = '{from}' AND id = ")).bind(id).push(" RETURNING version");
    let rows = unit.rows(sql).await?;
    let Some(found) = rows.first() else {
        return match exists(unit, id).await? {
            true => Err(Refusal::new(Code::InvalidTransition, format!("the execution is not {from}")).into()),
            false => Err(Error::NotFound("execution", id).located(["workflowExecutionId"])),
        };
    };
    unit.emit(execution_event(kind, id, found.try_get_by(0)?, status));
    Ok(id)
}

/// Opens executions again that have ended, because one of their tasks gets another attempt.
pub(super) async fn reopen(unit: &mut UnitOfWork, executions: &[Uuid]) -> Result<()> {
    if executions.is_empty() {
        return Ok(());
    }
    lock_executions(unit, executions).await?;
    let mut sql = unit.sql();
    sql.push(
        "UPDATE workflow_executions SET status = 'running', completed_at = NULL, version = version + 1, updated_at = ",
    );
    sql.bind(unit.now())
        .push(" WHERE status IN ('completed', 'failed') AND id")
        .is_any(executions)
        .push(" RETURNING id, version");
    for found in unit.rows(sql).await? {
        unit.emit(execution_event(EventKind::ExecutionReopened, found.try_get_by(0)?, found.try_get_by(1)?, "RUNNING"));
    }
    Ok(())
}
