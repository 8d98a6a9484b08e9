//! Whether agents take work.

use service::{
    agents::active::{Activate, Deactivate},
    work::deactivation,
};

use crate::mutation::prelude::*;

input_enum! {
    /// What happens to the open tasks of an agent that is deactivated.
    #[derive(Default)]
    OpenTasks => deactivation::OpenTasks {
        /// The call is refused if there are any.
        #[default]
        Refuse,
        /// They are assigned to the parent agent. Their leases end.
        ReassignToParent,
        /// They are cancelled, with all their subtasks.
        Cancel,
    }
}

verbs! {
    /// Lets an agent take work. At most one orchestrator can be active.
    activate_agent = perform(Activate) {
        /// The agent.
        id: Id,
        ..versioned
    } -> agent: Agent;

    /// Stops an agent from taking work.
    deactivate_agent = perform(Deactivate) {
        /// The agent.
        id: Id,
        /// What happens to its open tasks.
        #[graphql(default)]
        open_tasks: Optional<OpenTasks>,
        ..versioned
    } -> agent: Agent;
}
