//! Capabilities: what an agent can do.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::Agent;
use crate::{read::scalars::Id, resource};

resource! {
    /// Something an agent can do or use.
    AgentCapability: agent_capabilities, key [id], by [created_at desc];
    one agent_capability;
    list agent_capabilities;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The agent that has it.
        agent_id: Id,
        /// Kind of capability; any name, such as mcp_tool, prompt_library, resource, task_handler or persona.
        capability_type: String,
        /// Name; unique per agent and type.
        capability_name: String,
        /// Settings, as a JSON object.
        configuration: Json,
        /// Whether the capability can be used now.
        is_active: bool,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        capability_name,
        /// By type.
        capability_type,
        /// By creation time.
        created_at,
    }
    to_one {
        /// The agent that has it.
        agent: Agent by agent_id,
    }
    to_one_or_none {}
    to_many {}
}
