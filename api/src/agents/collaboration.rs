//! Collaborations: which agent may ask which other, and for what.

use chrono::{DateTime, Utc};

use super::Agent;
use crate::{read::scalars::Id, resource};

resource! {
    /// A standing permission for an agent to send one kind of request to another agent.
    AgentCollaboration: agent_collaborations, key [id], by [created_at desc];
    one agent_collaboration;
    list agent_collaborations;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The agent that sends requests.
        requesting_agent_id: Id,
        /// The agent that receives and answers requests.
        responding_agent_id: Id,
        /// Kind of request; any name, such as task_delegation, data_request, status_update or approval.
        collaboration_type: String,
        /// Priority of these requests, from 1 (most urgent) to 10 (least urgent).
        priority: i32,
        /// Time limit for an answer, in minutes.
        sla_minutes: i32,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By priority (1 is most urgent).
        priority,
        /// By kind of request.
        collaboration_type,
        /// By creation time.
        created_at,
    }
    to_one {
        /// The agent that sends requests.
        requesting_agent: Agent by requesting_agent_id,
        /// The agent that receives and answers requests.
        responding_agent: Agent by responding_agent_id,
    }
    to_one_or_none {}
    to_many {}
}
