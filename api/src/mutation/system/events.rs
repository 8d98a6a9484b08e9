//! Recording what happened in the system.

use service::system::events::Record;

use crate::mutation::prelude::*;

crate::fallbacks! {
    /// Nothing to worry about.
    Info: EventSeverity = EventSeverity::Info;
}

verbs! {
    /// Records a system event.
    record_system_event = perform(Record) {
        /// Kind of event; any name is allowed. At most 100 characters.
        event_type: String,
        /// How severe it is.
        #[graphql(default)]
        severity: Optional<EventSeverity, Info>,
        /// The agent that reports it.
        source_agent_id: Option<Id>,
        /// What happened, for people.
        message: String,
        /// Details for programs, an object. Default: empty.
        details: Option<Json>,
    } -> system_event: SystemEvent;
}
