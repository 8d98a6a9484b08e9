//! Workflows: how goals are pursued, again and again.
//!
//! - [`register`]: adding one, or writing it anew. [`update`]: changing and retiring it.
//!
//! What a definition means says [`work`], which makes its tasks.

pub mod register;
pub mod update;

use entity::{agents, goals, sea_orm_active_enums::WorkflowTriggerType, workflows};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Change, Error, Result, UnitOfWork,
    edit::{self, check},
    refusal::{At, Code, Refusal},
    work::{self, definition::Definition, schedule::TriggerConfig},
};

/// What is said about a workflow.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Details {
    /// More about it.
    pub description: Change<Option<String>>,
    /// The goal it serves.
    pub goal_id: Change<Option<Uuid>>,
    /// What starts it; by hand for a new one.
    pub trigger_type: Change<WorkflowTriggerType>,
    /// How its trigger is set, an object; empty for a new one.
    pub trigger_config: Change<TriggerConfig>,
    /// The tasks of an execution.
    pub definition: Change<Option<Definition>>,
    /// Whether it can be executed; so it can for a new one.
    pub is_active: Change<bool>,
}

impl Details {
    fn apply(&self, workflow: &mut workflows::Model) -> Result<()> {
        self.description.apply(&mut workflow.description);
        self.goal_id.apply(&mut workflow.goal_id);
        self.trigger_type.apply(&mut workflow.trigger_type);
        self.is_active.apply(&mut workflow.is_active);
        if let Change::Set(config) = &self.trigger_config {
            workflow.trigger_config = config.stored()?;
        }
        if let Change::Set(definition) = &self.definition {
            let stored = definition.as_ref().map(serde_json::to_value).transpose();
            workflow.definition = stored.map_err(|_| Error::internal("a definition that JSON cannot hold"))?;
        }
        Ok(())
    }
}

/// Refuses what no workflow may be, and finds when it starts next. `before` is what it was, if it was there.
async fn settle(unit: &UnitOfWork, before: Option<&workflows::Model>, workflow: &mut workflows::Model) -> Result<()> {
    check::text("name", &workflow.name, check::NAME)?;
    if let Some(id) = &workflow.n8n_workflow_id {
        check::text("n8nWorkflowId", id, check::NAME)?;
    }
    let changed = |same: fn(&workflows::Model, &workflows::Model) -> bool, workflow: &workflows::Model| {
        before.is_none_or(|before| !same(before, workflow))
    };
    if changed(|a, b| a.owner_agent_id == b.owner_agent_id, workflow) {
        edit::find::<agents::Model>(unit, workflow.owner_agent_id).await.at(["ownerAgentId"])?;
    }
    if let Some(goal) = workflow.goal_id.filter(|_| changed(|a, b| a.goal_id == b.goal_id, workflow)) {
        edit::find::<goals::Model>(unit, goal).await.at(["goalId"])?;
    }
    check_free(unit, workflow).await?;
    if changed(|a, b| a.definition == b.definition, workflow) {
        work::definition::check(unit, workflow).await?;
    }
    let starts = |workflow: &workflows::Model| {
        let config = workflow.trigger_config.clone();
        (workflow.trigger_type, config, workflow.is_active, workflow.definition.is_some())
    };
    // Else a slot that is due would be left out.
    if before.map(starts) != Some(starts(workflow)) {
        workflow.next_run_at = work::schedule::next_run(workflow, unit.now())?.map(Into::into);
    }
    Ok(())
}

/// Refuses a name that another workflow of the owner has, and an n8n id that any other has.
async fn check_free(unit: &UnitOfWork, workflow: &workflows::Model) -> Result<()> {
    let others = || workflows::Entity::find().filter(workflows::Column::Id.ne(workflow.id));
    let named = others()
        .filter(workflows::Column::OwnerAgentId.eq(workflow.owner_agent_id))
        .filter(workflows::Column::Name.eq(workflow.name.as_str()));
    if named.count(unit.txn().await?).await? > 0 {
        let message = format!("its owner already has a workflow named {:?}", workflow.name);
        return Err(Refusal::new(Code::AlreadyExists, message).at(["name"]).into());
    }
    if let Some(id) = &workflow.n8n_workflow_id
        && others().filter(workflows::Column::N8nWorkflowId.eq(id.as_str())).count(unit.txn().await?).await? > 0
    {
        let message = format!("another workflow has the n8n id {id:?}");
        return Err(Refusal::new(Code::AlreadyExists, message).at(["n8nWorkflowId"]).into());
    }
    Ok(())
}
