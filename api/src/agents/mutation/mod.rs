//! What can be done to the agents.
//!
//! - [`agent`]: who there is and whom they answer to. [`active`]: whether they work.
//! - [`capability`], [`collaboration`]: what they have.

mod active;
mod agent;
mod capability;
mod collaboration;

use async_graphql::MergedObject;

/// The mutations of the agents.
#[derive(Debug, Default, MergedObject)]
pub struct AgentsMutation(
    agent::AgentMutation,
    active::ActiveMutation,
    capability::CapabilityMutation,
    collaboration::CollaborationMutation,
);
