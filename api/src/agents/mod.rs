//! The agents, what they can do and whom they may ask.

mod agent;
mod capability;
mod collaboration;

use async_graphql::MergedObject;

pub use agent::{Agent, AgentType};
pub use capability::AgentCapability;
pub use collaboration::AgentCollaboration;

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct AgentsQuery(agent::AgentQuery, capability::AgentCapabilityQuery, collaboration::AgentCollaborationQuery);
