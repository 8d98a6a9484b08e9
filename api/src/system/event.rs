//! System events.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How serious an event is.
    EventSeverity {
        /// Of use only for finding faults.
        Debug,
        /// Worth knowing.
        Info,
        /// Worth a look.
        Warning,
        /// Something failed.
        Error,
        /// Somebody must act now.
        Critical,
    }
}

resource! {
    /// Something that happened in the system. It is never changed.
    SystemEvent: system_events, key [id], by [created_at desc];
    one system_event;
    list system_events;
    columns {
        /// Its key.
        id: Id,
        /// What happened, an open list of names.
        event_type: String,
        /// How serious it is.
        severity: EventSeverity,
        /// The agent who reported it; null for the system itself.
        source_agent_id: Option<Id>,
        /// What happened, in words.
        message: String,
        /// More about it, an object.
        details: Json,
        /// When the row was made.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By what happened.
        event_type,
        /// By the time it was made.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent who reported it; null for the system itself.
        source_agent: Agent by source_agent_id,
    }
    to_many {}
}
