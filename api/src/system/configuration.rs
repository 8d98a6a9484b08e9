//! Configurations: settings kept in the database.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{agents::Agent, read::scalars::Id, resource};

resource! {
    /// A setting stored in the database.
    Configuration: configurations, key [id], by [created_at desc];
    one configuration;
    find configuration_by_key(key);
    list configurations;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Unique name of the setting.
        key: String,
        /// Value, as any JSON.
        value: Json,
        /// What the setting does; null if not described.
        description: Option<String>,
        /// The agent that last changed it; null if not changed by an agent.
        updated_by_agent_id: Option<Id>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By key.
        key,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent that last changed it; null if not changed by an agent.
        updated_by_agent: Agent by updated_by_agent_id,
    }
    to_many {}
}
