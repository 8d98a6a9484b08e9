//! Moving an agent within the hierarchy.

use crate::mutation::prelude::*;

verbs! {
    /// Moves an agent and its descendants to another parent agent. Refused (CYCLE) if the new parent is the agent
    /// itself or one of its descendants.
    move_agent = perform(service::agents::reparent::Move) on agent {
        /// The agent it reports to from now on.
        parent_id: Id,
    } -> agent: Agent;
}
