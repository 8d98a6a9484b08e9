//! The agents: who there is, who answers to whom, what they can do and whom they may ask.
//!
//! - [`create`], [`update`], [`reparent`], [`active`]: an agent itself.
//! - [`capability`], [`collaboration`]: what it has.

pub mod active;
pub mod capability;
pub mod collaboration;
pub mod create;
pub mod reparent;
pub mod update;

use entity::{agents, sea_orm_active_enums::AgentType};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    edit::{Tree, check},
    refusal::{Code, Refusal},
};

const TREE: Tree = Tree { table: "agents", up: "parent_id", noun: "agent" };

/// Refuses what no agent may be, and a name that another one has.
async fn check(unit: &UnitOfWork, agent: &agents::Model) -> Result<()> {
    check::text("name", &agent.name, check::NAME)?;
    if let Some(most) = agent.max_concurrent_tasks {
        check::within("maxConcurrentTasks", most, 1..=i32::MAX)?;
    }
    match (agent.r#type, agent.parent_id) {
        (AgentType::Orchestrator, Some(_)) => {
            return Err(check::invalid("parentId", "the orchestrator cannot have a parent agent").into());
        }
        (AgentType::Director | AgentType::Specialist, None) => {
            return Err(check::invalid("parentId", "every agent but the orchestrator needs a parent agent").into());
        }
        _ => {}
    }
    let namesakes = agents::Entity::find()
        .filter(agents::Column::Name.eq(agent.name.as_str()))
        .filter(agents::Column::Id.ne(agent.id));
    if namesakes.count(unit.txn().await?).await? > 0 {
        let message = format!("there is already an agent named {:?}", agent.name);
        return Err(Refusal::new(Code::AlreadyExists, message).at(["name"]).into());
    }
    Ok(())
}

/// Refuses a second active orchestrator.
async fn check_only_orchestrator(unit: &UnitOfWork, id: Uuid) -> Result<()> {
    let others = agents::Entity::find()
        .filter(agents::Column::Type.eq(AgentType::Orchestrator))
        .filter(agents::Column::IsActive.eq(true))
        .filter(agents::Column::Id.ne(id));
    match others.one(unit.txn().await?).await? {
        Some(other) => {
            let message = format!("{:?} is already the orchestrator, and there can be only one", other.name);
            Err(Refusal::new(Code::AlreadyExists, message).into())
        }
        None => Ok(()),
    }
}
