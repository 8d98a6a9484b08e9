//! Collaborations: which agent may ask which other, and for what.

use chrono::{DateTime, Utc};

use super::Agent;
use crate::{read::scalars::Id, resource};

resource! {
    /// A standing permission: one agent may ask another for one kind of thing.
    AgentCollaboration: agent_collaborations, key [id], by [created_at desc];
    one agent_collaboration;
    list agent_collaborations;
    columns {
        /// Its key.
        id: Id,
        /// The agent that asks.
        requesting_agent_id: Id,
        /// The agent that answers.
        responding_agent_id: Id,
        /// What may be asked for, an open list: task_delegation, data_request, status_update, approval, …
        collaboration_type: String,
        /// How urgent such a request is: 1 is most urgent, 10 least.
        priority: i32,
        /// Within how many minutes it is to be answered.
        sla_minutes: i32,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By urgency.
        priority,
        /// By what may be asked for.
        collaboration_type,
        /// By the time it was made.
        created_at,
    }
    to_one {
        /// The agent that asks.
        requesting_agent: Agent by requesting_agent_id,
        /// The agent that answers.
        responding_agent: Agent by responding_agent_id,
    }
    to_one_or_none {}
    to_many {}
}
