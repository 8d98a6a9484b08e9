//! Moving an agent within the hierarchy.

use service::agents::reparent::Move;

use crate::mutation::prelude::*;

verbs! {
    /// Moves an agent, with everyone below it, to another superior. Refused (CYCLE) if it would then stand below itself.
    move_agent = perform(Move) {
        /// The agent.
        id: Id,
        /// The agent it reports to from now on.
        parent_id: Id,
        ..versioned
    } -> agent: Agent;
}
