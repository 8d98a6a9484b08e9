//! Executions: a run of a workflow, with its tasks.

use entity::{sea_orm_active_enums::ExecutionStatus, workflows};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    create::{self, NewTask},
    definition,
    item::MAX_ITEMS,
    keys::TaskParent,
    lifecycle,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
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
    /// The tasks that were made with it.
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
        check::object("inputData", &self.input_data, check::JSON)?;
        if self.execution_id.as_ref().is_some_and(|id| id.is_empty() || id.chars().count() > 255) {
            return Err(Refusal::new(Code::Invalid, "an execution id has 1 to 255 characters")
                .at(["executionId"])
                .into());
        }
        // It is not archived before the execution is there.
        let workflow: workflows::Model = edit::hold(unit, self.workflow_id).await.at(["workflowId"])?;
        if !workflow.is_active {
            let archived = Refusal::new(Code::InvalidTransition, "the workflow is archived").at(["workflowId"]);
            return self.existing(unit).await?.ok_or_else(|| archived.into());
        }
        let id = Uuid::now_v7();
        if !self.insert(unit, id, queued).await? {
            return self.existing(unit).await?.ok_or(Error::Collision);
        }
        let (kind, status) = match queued {
            true => (EventKind::ExecutionQueued, ExecutionStatus::Pending),
            false => (EventKind::ExecutionStarted, ExecutionStatus::Running),
        };
        unit.emit(lifecycle::event(kind, id, 1, status));
        let made = async {
            let tasks = match &self.tasks {
                Some(tasks) => tasks.clone(),
                None => definition::tasks(unit, &workflow, &self.input_data).await?,
            };
            let states = create::hold(unit, &tasks).await?;
            create::create(unit, TaskParent { execution: Some(id), parent: None }, &states, &tasks).await
        };
        let made = made.await.map_err(|error| match (&self.tasks, &workflow.definition) {
            // The input has no such path: they are the workflow's.
            (None, Some(_)) => error.below(["workflowId", "definition"]),
            _ => error,
        })?;
        Ok(Started { execution: id, tasks: made.tasks, existing: false })
    }

    async fn insert(&self, unit: &UnitOfWork, id: Uuid, queued: bool) -> Result<bool> {
        let now = unit.now();
        let (status, started) = match queued {
            true => (ExecutionStatus::Pending, None),
            false => (ExecutionStatus::Running, Some(now)),
        };
        let mut sql = unit.sql();
        sql.push("INSERT INTO workflow_executions (id, workflow_id, execution_id, status, started_at, input_data, created_at, updated_at) VALUES (");
        sql.bind(id)
            .push(", ")
            .bind(self.workflow_id)
            .push(", ")
            .bind(self.execution_id.clone())
            .push(", ")
            .literal(&status)
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

    /// What was started under the caller's id, if anything was.
    async fn existing(&self, unit: &UnitOfWork) -> Result<Option<Started>> {
        let Some(id) = &self.execution_id else { return Ok(None) };
        let mut sql = unit.sql();
        sql.push("SELECT id, workflow_id FROM workflow_executions WHERE execution_id = ").bind(id.as_str());
        let rows = unit.rows(sql).await?;
        let Some(found) = rows.first() else { return Ok(None) };
        let (execution, workflow): (Uuid, Uuid) = (found.try_get_by("id")?, found.try_get_by("workflow_id")?);
        if workflow != self.workflow_id {
            let message = format!("execution {execution} of another workflow has this id");
            return Err(Refusal::new(Code::AlreadyExists, message).at(["executionId"]).into());
        }
        let mut sql = unit.sql();
        // What was added later was made at another time.
        sql.push("SELECT t.id FROM workflow_executions AS e JOIN tasks AS t ON t.workflow_execution_id = e.id ");
        sql.push("AND t.created_at = e.created_at WHERE e.id = ").bind(execution);
        sql.write(format_args!(" ORDER BY t.id LIMIT {MAX_ITEMS}"));
        Ok(Some(Started { execution, tasks: unit.ids(sql).await?, existing: true }))
    }
}

/// Pauses an execution: its tasks cannot be claimed; those in hand go on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Pause {
    /// The execution.
    pub workflow_execution_id: Uuid,
}

impl Verb for Pause {
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::PauseExecution;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let to = (ExecutionStatus::Paused, EventKind::ExecutionPaused);
        lifecycle::change(unit, self.workflow_execution_id, ExecutionStatus::Running, to).await
    }
}

/// Resumes a paused execution.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Resume {
    /// The execution.
    pub workflow_execution_id: Uuid,
}

impl Verb for Resume {
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ResumeExecution;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let to = (ExecutionStatus::Running, EventKind::ExecutionResumed);
        lifecycle::change(unit, self.workflow_execution_id, ExecutionStatus::Paused, to).await
    }
}
