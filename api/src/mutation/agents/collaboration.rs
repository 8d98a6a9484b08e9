//! Which agents may ask each other.

use crate::mutation::prelude::*;

verbs! {
    /// Allows an agent to send one kind of request to another agent, or changes its priority and time limit. Fields
    /// that are left out stay as they are.
    set_agent_collaboration = perform(service::agents::collaboration::Set) {
        /// The agent that asks.
        requesting_agent_id: Id,
        /// The agent that answers; not the same one.
        responding_agent_id: Id,
        /// What it may ask for, such as task_delegation, data_request, status_update or approval; any name is allowed.
        /// At most 100 characters.
        collaboration_type: String,
        /// Priority of such requests, from 1 (most urgent) to 10. Default for a new one: 5.
        priority: Option<i32>,
        /// Time limit for an answer, in minutes. Default for a new one: 60.
        sla_minutes: Option<i32>,
        ..versioned_or_new,
    } -> agent_collaboration: AgentCollaboration;

    /// Removes a collaboration.
    remove_agent_collaboration = perform(service::agents::collaboration::Remove) on collaboration -> agent {
        /// The requesting agent.
        agent: Row<Agent> = *agent,
    }
}
