//! Whether agents take work.

use crate::mutation::prelude::*;

input_enum! {
    /// What happens to the open tasks of an agent that is deactivated.
    OpenTasks => service::work::deactivation::OpenTasks {
        /// The call is refused if there are any.
        Refuse,
        /// They are assigned to the parent agent. Their leases end.
        ReassignToParent,
        /// They are cancelled, with all their subtasks.
        Cancel,
    }
}

verbs! {
    /// Lets an agent take work. At most one orchestrator can be active.
    activate_agent = perform(service::agents::active::Activate) on agent -> agent: Agent;

    /// Stops an agent from taking work.
    deactivate_agent = perform(service::agents::active::Deactivate) on agent {
        /// What happens to its open tasks.
        open_tasks: OpenTasks = OpenTasks::Refuse,
    } -> agent: Agent;
}
