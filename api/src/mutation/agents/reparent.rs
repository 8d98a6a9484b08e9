//! Moving an agent within the hierarchy.

use service::agents::reparent::Move;

use crate::mutation::prelude::*;

verbs! {
    /// Moves an agent and its descendants to another parent agent. Refused (CYCLE) if the new parent is the agent
    /// itself or one of its descendants.
    move_agent = perform(Move) {
        /// The agent.
        id: Id,
        /// The agent it reports to from now on.
        parent_id: Id,
        ..versioned
    } -> agent: Agent;
}
