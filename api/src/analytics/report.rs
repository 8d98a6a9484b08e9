//! Reports.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{agents::Agent, read::scalars::Id, resource};

resource! {
    /// A report, as it was generated.
    Report: reports, key [id], by [created_at desc];
    one report;
    list reports;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Name, for display.
        name: String,
        /// Kind of report; any name, such as executive_summary, daily, weekly, monthly or campaign_analysis.
        r#type: String,
        /// The agent that created it; null if not created by an agent.
        created_by_agent_id: Option<Id>,
        /// Ids of the agents it is addressed to.
        recipient_agents: Vec<Id>,
        /// Content, as a JSON object.
        content: Json,
        /// When the report was generated.
        generated_at: DateTime<Utc>,
        /// When it was sent; null before that.
        sent_at: Option<DateTime<Utc>>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By the time the report was generated.
        generated_at,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent that created it; null if not created by an agent.
        created_by_agent: Agent by created_by_agent_id,
    }
    to_many {}
}
