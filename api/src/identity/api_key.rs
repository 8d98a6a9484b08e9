//! API keys, without what they are checked by.

use chrono::{DateTime, Utc};

use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// What a key may be used for.
    Role {
        /// Reads everything but keys and the audit log.
        Viewer,
        /// Reads, edits records, starts and stops work, decides approvals.
        Operator,
        /// Does everything.
        Admin,
        /// Reads, and does the work of all agents.
        Orchestrator,
        /// Reads, and does the work of one agent and of those below it.
        Agent,
    }
}

resource! {
    /// An API key. What it is checked by is shown nowhere; the key itself was shown once, when it was made.
    ApiKey: api_keys, key [id], by [created_at desc];
    needs ApiKeys;
    one api_key;
    list api_keys;
    columns {
        /// Its key.
        id: Id,
        /// Whose it is; this stands beside everything that is done with it.
        name: String,
        /// How the key begins, for recognising it; unique.
        prefix: String,
        /// What it may be used for.
        role: Role,
        /// The one agent that it acts for; null unless the role is `AGENT`.
        agent_id: Option<Id>,
        /// When it ends; null for never.
        expires_at: Option<DateTime<Utc>>,
        /// When it was used last, to the minute; null for never.
        last_used_at: Option<DateTime<Utc>>,
        /// When it was ended before its time; null when it was not.
        revoked_at: Option<DateTime<Utc>>,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed; a use is no change.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By the time of the last use.
        last_used_at,
        /// By the time it was made.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The one agent that it acts for; null unless the role is `AGENT`.
        agent: Agent by agent_id,
    }
    to_many {}
}
