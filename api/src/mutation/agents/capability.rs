//! What agents can do.

use crate::mutation::prelude::*;

verbs! {
    /// Adds a capability to an agent, or changes the one with this type and name. Fields that are left out stay as they
    /// are.
    set_agent_capability = perform(service::agents::capability::Set) {
        /// The agent.
        agent_id: Id,
        /// Kind of capability, such as mcp_tool, prompt_library, resource, task_handler or persona; any name is allowed.
        /// At most 100 characters.
        capability_type: String,
        /// Name of the capability. At most 255 characters.
        capability_name: String,
        /// Its settings, an object. Default for a new one: empty.
        configuration: Option<Json>,
        /// Whether it can be used now. Default for a new one: true.
        is_active: Option<bool>,
        ..versioned_or_new,
    } -> agent_capability: AgentCapability;

    /// Removes a capability from its agent.
    remove_agent_capability = perform(service::agents::capability::Remove) on capability -> agent {
        /// The agent that had it.
        agent: Row<Agent> = *agent,
    }
}
