//! Reports.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{agents::Agent, read::scalars::Id, resource};

resource! {
    /// A report, as it was made.
    Report: reports, key [id], by [created_at desc];
    one report;
    list reports;
    columns {
        /// Its key.
        id: Id,
        /// What it is called.
        name: String,
        /// What it is about, an open list: executive_summary, daily, weekly, monthly, campaign_analysis, …
        r#type: String,
        /// The agent who made it; null for somebody else.
        created_by_agent_id: Option<Id>,
        /// The ids of the agents it is for.
        recipient_agents: Vec<Id>,
        /// What it says, an object.
        content: Json,
        /// When it was made out.
        generated_at: DateTime<Utc>,
        /// When it was sent; null before.
        sent_at: Option<DateTime<Utc>>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By the time it was made out.
        generated_at,
        /// By the time it was made.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent who made it; null for somebody else.
        created_by_agent: Agent by created_by_agent_id,
    }
    to_many {}
}
