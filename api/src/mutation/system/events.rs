//! Recording what happened in the system.

use crate::mutation::prelude::*;

verbs! {
    /// Records a system event.
    record_system_event = perform(service::system::events::Record) {
        /// Kind of event; any name is allowed. At most 100 characters.
        event_type: String,
        /// How severe it is.
        severity: EventSeverity = EventSeverity::Info,
        /// The agent that reports it.
        source_agent_id: Option<Id>,
        /// What happened, for people.
        message: String,
        /// Details for programs, an object. Default: empty.
        details: Option<Json>,
    } -> system_event: SystemEvent;
}
