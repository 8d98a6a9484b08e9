//! The tasks that a workflow's definition stands for.
//!
//! A definition is checked by what checks new tasks, so that an execution does not fail for what could be seen before.

use std::collections::HashMap;

use entity::{sea_orm_active_enums::DependencyFailure, workflows};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::create::{self, Dependency, NewTask, Retry};
use crate::{
    Error, Result, Unit,
    refusal::{Code, Refusal},
};

/// What a workflow consists of.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Definition {
    tasks: Vec<Template>,
}

/// A task as it is made in every execution.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Template {
    r#ref: Option<String>,
    task_type: String,
    /// An agent by its name or id; the workflow's owner when nothing is said.
    agent: Option<String>,
    priority: Option<i32>,
    sla_minutes: Option<i32>,
    #[serde(default)]
    depends_on: Vec<On>,
    max_attempts: Option<i32>,
    backoff_seconds: Option<i32>,
    backoff_cap_seconds: Option<i32>,
    max_run_seconds: Option<i32>,
    max_wait_seconds: Option<i32>,
    #[serde(default)]
    input: Map<String, Json>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct On {
    r#ref: String,
    on_failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Failure {
    Fail,
    Skip,
    Run,
}

/// The tasks of an execution with this input, which every task is given as `input` beside its own.
pub(super) async fn tasks(unit: &Unit, workflow: &workflows::Model, input: &Json) -> Result<Vec<NewTask>> {
    let Some(definition) = &workflow.definition else {
        let refusal = Refusal::new(Code::Invalid, "the workflow has no definition: give the tasks");
        return Err(refusal.at(["tasks"]).into());
    };
    if !definition.is_object() {
        return Err(Refusal::new(Code::Invalid, "a definition is an object with `tasks`").into());
    }
    let definition: Definition = serde_json::from_value(definition.clone())
        .map_err(|error| Refusal::new(Code::Invalid, format!("the definition cannot be read: {error}")))?;
    if definition.tasks.is_empty() {
        return Err(Refusal::new(Code::Invalid, "a definition has at least one task").at(["tasks"]).into());
    }
    let agents = agents(unit, &definition).await?;
    let owner = workflow.owner_agent_id;
    let task = |(index, template): (usize, Template)| {
        let task = template.task(owner, &agents, input);
        task.map_err(|refusal| create::placed(refusal, index).into())
    };
    definition.tasks.into_iter().enumerate().map(task).collect()
}

/// Refuses a definition that no execution could be made of.
pub(crate) async fn check(unit: &Unit, workflow: &workflows::Model) -> Result<()> {
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

async fn agents(unit: &Unit, definition: &Definition) -> Result<HashMap<String, Uuid>> {
    let names: Vec<&str> = definition.tasks.iter().filter_map(|task| task.agent.as_deref()).collect();
    let mut agents = HashMap::new();
    if names.is_empty() {
        return Ok(agents);
    }
    let mut sql = unit.sql();
    sql.push("SELECT a.name, a.id FROM ").texts(&names).push(" JOIN agents AS a ON a.name = k.id");
    for found in unit.rows(sql).await? {
        agents.insert(found.try_get_by(0)?, found.try_get_by(1)?);
    }
    // What no agent is called may be an id.
    let ids: Vec<Uuid> = names.iter().filter_map(|name| Uuid::try_parse(name).ok()).collect();
    let mut sql = unit.sql();
    sql.push("SELECT id FROM agents WHERE id").is_any(&ids);
    for found in unit.rows(sql).await? {
        let id: Uuid = found.try_get_by(0)?;
        let spelled = names.iter().filter(|name| Uuid::try_parse(name).is_ok_and(|parsed| parsed == id));
        for name in spelled {
            agents.entry((*name).to_owned()).or_insert(id);
        }
    }
    Ok(agents)
}

impl Template {
    fn task(self, owner: Uuid, agents: &HashMap<String, Uuid>, input: &Json) -> Result<NewTask, Refusal> {
        let agent = match &self.agent {
            None => owner,
            Some(name) => *agents.get(name).ok_or_else(|| {
                Refusal::new(Code::UnknownReference, format!("there is no agent {name:?}")).at(["agent"])
            })?,
        };
        let mut own = self.input;
        own.entry("input").or_insert_with(|| input.clone());
        let usual = Retry::default();
        let on = |on: On| Dependency {
            reference: on.r#ref,
            on_failure: match on.on_failure {
                None | Some(Failure::Fail) => DependencyFailure::Fail,
                Some(Failure::Skip) => DependencyFailure::Skip,
                Some(Failure::Run) => DependencyFailure::Run,
            },
        };
        Ok(NewTask {
            reference: self.r#ref,
            agent,
            task_type: self.task_type,
            priority: self.priority.unwrap_or(5),
            sla_minutes: self.sla_minutes.unwrap_or(60),
            input: Json::Object(own),
            run_after: None,
            depends_on: self.depends_on.into_iter().map(on).collect(),
            retry: Retry {
                max_attempts: self.max_attempts.unwrap_or(usual.max_attempts),
                backoff_seconds: self.backoff_seconds.unwrap_or(usual.backoff_seconds),
                backoff_cap_seconds: self.backoff_cap_seconds.unwrap_or(usual.backoff_cap_seconds),
            },
            max_run_seconds: self.max_run_seconds,
            max_wait_seconds: self.max_wait_seconds,
            unique: None,
        })
    }
}
