//! Configurations: settings kept in the database.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{agents::Agent, read::scalars::Id, resource};

resource! {
    /// A setting kept in the database.
    Configuration: configurations, key [id], by [created_at desc];
    one configuration;
    find configuration_by_key(key);
    list configurations;
    columns {
        /// Its key.
        id: Id,
        /// Its name; unique.
        key: String,
        /// Its value, any JSON.
        value: Json,
        /// What it does; null when nobody wrote it down.
        description: Option<String>,
        /// The agent who changed it last; null for somebody else.
        updated_by_agent_id: Option<Id>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By key.
        key,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent who changed it last; null for somebody else.
        updated_by_agent: Agent by updated_by_agent_id,
    }
    to_many {}
}
