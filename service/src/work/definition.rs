//! The tasks that a workflow's definition stands for.
//!
//! A definition is checked by what checks new tasks, so that an execution does not fail for what could be seen before.

use std::collections::HashMap;

use entity::{sea_orm_active_enums::DependencyFailure, workflows};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::create::{self, Dependency, NewTask};
use crate::{
    Error, Result, UnitOfWork,
    limits::{BACKOFF_CAP_SECONDS, BACKOFF_SECONDS, MAX_ATTEMPTS},
    refusal::{Code, Refusal},
};

/// What a workflow consists of. It is stored as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// The tasks of every execution.
    pub tasks: Vec<TaskTemplate>,
}

/// A task as it is created in every execution.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskTemplate {
    /// Its name within the execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// What is to be done.
    pub task_type: String,
    /// An agent by its name or id; the workflow's owner if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// 1 is most urgent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Within how many minutes it is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla_minutes: Option<i32>,
    /// What must end before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<Vec<TemplateDependency>>,
    /// How many attempts there may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<i32>,
    /// The wait after the first failed attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_seconds: Option<i32>,
    /// The longest wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_cap_seconds: Option<i32>,
    /// How long one attempt may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_run_seconds: Option<i32>,
    /// How long it may wait for children.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wait_seconds: Option<i32>,
    /// What it is given beside the input of the execution, an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Json>,
}

/// What a task of a definition waits for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateDependency {
    /// The name of another task of the definition.
    pub r#ref: String,
    /// What becomes of the one that waits; it fails if nothing is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
}

/// What becomes of a task when one that it depends on fails or is cancelled, as definitions have it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OnFailure {
    /// It fails too.
    Fail,
    /// It is skipped.
    Skip,
    /// It is done all the same.
    Run,
}

impl From<DependencyFailure> for OnFailure {
    fn from(rule: DependencyFailure) -> Self {
        match rule {
            DependencyFailure::Fail => Self::Fail,
            DependencyFailure::Skip => Self::Skip,
            DependencyFailure::Run => Self::Run,
        }
    }
}

impl From<OnFailure> for DependencyFailure {
    fn from(rule: OnFailure) -> Self {
        match rule {
            OnFailure::Fail => Self::Fail,
            OnFailure::Skip => Self::Skip,
            OnFailure::Run => Self::Run,
        }
    }
}

/// The tasks of an execution with this input, which every task is given as `input` beside its own.
pub(super) async fn tasks(unit: &UnitOfWork, workflow: &workflows::Model, input: &Json) -> Result<Vec<NewTask>> {
    let Some(definition) = &workflow.definition else {
        let refusal = Refusal::new(Code::Invalid, "the workflow has no definition: give its tasks in `tasks`");
        return Err(refusal.at(["tasks"]).into());
    };
    let definition: Definition = serde_json::from_value(definition.clone())
        .map_err(|error| Refusal::new(Code::Invalid, format!("the definition cannot be read: {error}")))?;
    if definition.tasks.is_empty() {
        return Err(Refusal::new(Code::Invalid, "a definition has at least one task").at(["tasks"]).into());
    }
    let agents = agents(unit, &definition).await?;
    let owner = workflow.owner_agent_id;
    let task = |(index, template): (usize, TaskTemplate)| {
        let task = template.task(owner, &agents, input);
        task.map_err(|refusal| create::placed(refusal, index).into())
    };
    definition.tasks.into_iter().enumerate().map(task).collect()
}

/// Refuses a definition that no execution could be made of.
pub(crate) async fn check(unit: &UnitOfWork, workflow: &workflows::Model) -> Result<()> {
    if workflow.definition.is_none() {
        return Ok(());
    }
    let checked = async {
        let tasks = tasks(unit, workflow, &Json::Object(Map::new())).await?;
        create::check(unit, &tasks).await
    };
    checked.await.map_err(|error| match error {
        Error::Refused(refusal) => {
            let path: Vec<String> = [vec!["definition".to_owned()], refusal.path.clone()].concat();
            refusal.at(path).into()
        }
        other => other,
    })
}

async fn agents(unit: &UnitOfWork, definition: &Definition) -> Result<HashMap<String, Uuid>> {
    let names: Vec<&str> = definition.tasks.iter().filter_map(|task| task.agent.as_deref()).collect();
    let mut agents = HashMap::new();
    if names.is_empty() {
        return Ok(agents);
    }
    let mut sql = unit.sql();
    sql.push("SELECT a.name, a.id FROM ").texts(&names).push(" JOIN agents AS a ON a.name = k.id");
    for found in unit.rows(sql).await? {
        agents.insert(found.try_get_by("name")?, found.try_get_by("id")?);
    }
    // What no agent is called may be an id.
    let ids: Vec<Uuid> = names.iter().filter_map(|name| Uuid::try_parse(name).ok()).collect();
    let mut sql = unit.sql();
    sql.push("SELECT id FROM agents WHERE id").is_any(&ids);
    for id in unit.ids::<Vec<Uuid>>(sql).await? {
        let spelled = names.iter().filter(|name| Uuid::try_parse(name).is_ok_and(|parsed| parsed == id));
        for name in spelled {
            agents.entry((*name).to_owned()).or_insert(id);
        }
    }
    Ok(agents)
}

impl TaskTemplate {
    fn task(self, owner: Uuid, agents: &HashMap<String, Uuid>, input: &Json) -> Result<NewTask, Refusal> {
        let agent = match &self.agent {
            None => owner,
            Some(name) => *agents.get(name).ok_or_else(|| {
                Refusal::new(Code::UnknownReference, format!("there is no agent {name:?}")).at(["agent"])
            })?,
        };
        let mut own = match self.input {
            None => Map::new(),
            Some(Json::Object(own)) => own,
            Some(_) => return Err(Refusal::invalid("input", "it must be an object")),
        };
        own.entry("input").or_insert_with(|| input.clone());
        let dependency = |on: TemplateDependency| Dependency {
            r#ref: on.r#ref,
            on_failure: on.on_failure.unwrap_or(OnFailure::Fail).into(),
        };
        Ok(NewTask {
            r#ref: self.r#ref,
            assigned_agent_id: agent,
            task_type: self.task_type,
            priority: self.priority,
            sla_minutes: self.sla_minutes,
            input_data: Json::Object(own),
            run_after: None,
            depends_on: self.depends_on.into_iter().flatten().map(dependency).collect(),
            max_attempts: self.max_attempts.unwrap_or(MAX_ATTEMPTS),
            backoff_seconds: self.backoff_seconds.unwrap_or(BACKOFF_SECONDS),
            backoff_cap_seconds: self.backoff_cap_seconds.unwrap_or(BACKOFF_CAP_SECONDS),
            max_run_seconds: self.max_run_seconds,
            max_wait_seconds: self.max_wait_seconds,
            unique: None,
        })
    }
}
