//! The agents, what they can do and whom they may ask.

mod agent;
mod capability;
mod collaboration;

pub use agent::{Agent, AgentType};
pub use capability::AgentCapability;
pub use collaboration::AgentCollaboration;

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[Agent::TABLE, AgentCapability::TABLE, AgentCollaboration::TABLE];
