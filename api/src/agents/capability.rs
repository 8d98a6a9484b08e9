//! Capabilities: what an agent can do.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::Agent;
use crate::{read::scalars::Id, resource};

resource! {
    /// Something that an agent can do or has at hand.
    AgentCapability: agent_capabilities, key [id], by [created_at desc];
    one agent_capability;
    list agent_capabilities;
    columns {
        /// Its key.
        id: Id,
        /// The agent that has it.
        agent_id: Id,
        /// Of what kind it is, an open list: mcp_tool, prompt_library, resource, task_handler, persona, …
        capability_type: String,
        /// What it is called; unique for its agent and type.
        capability_name: String,
        /// Its settings, an object.
        configuration: Json,
        /// Whether it can be used now.
        is_active: bool,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        capability_name,
        /// By kind.
        capability_type,
        /// By the time it was made.
        created_at,
    }
    to_one {
        /// The agent that has it.
        agent: Agent by agent_id,
    }
    to_one_or_none {}
    to_many {}
}
