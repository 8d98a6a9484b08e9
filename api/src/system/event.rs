//! System events.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How serious an event is.
    EventSeverity {
        /// Useful only for debugging.
        Debug,
        /// Worth knowing.
        Info,
        /// Worth a look.
        Warning,
        /// Something failed.
        Error,
        /// Someone must act now.
        Critical,
    }
}

resource! {
    /// An event recorded in the system. Events never change.
    SystemEvent: system_events, key [id], by [created_at desc];
    one system_event;
    list system_events;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Kind of event; any name.
        event_type: String,
        /// How serious the event is.
        severity: EventSeverity,
        /// The agent that reported it; null for the system itself.
        source_agent_id: Option<Id>,
        /// What happened, in words.
        message: String,
        /// Additional data, as a JSON object.
        details: Json,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By kind of event.
        event_type,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent that reported it; null for the system itself.
        source_agent: Agent by source_agent_id,
    }
    to_many {}
}
