//! API keys, without what they are checked by.

use chrono::{DateTime, Utc};

use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// What an API key may be used for.
    Role {
        /// Can read everything except API keys and the audit log.
        Viewer,
        /// Can read, edit records, start and stop work, and decide approvals.
        Operator,
        /// Can do everything.
        Admin,
        /// Can read, edit goals and workflows, start and stop work, and do the work of all agents. Cannot decide
        /// approvals.
        Orchestrator,
        /// Can read, and do the work of one agent and of all agents below it.
        Agent,
    }
}

resource! {
    /// An API key. The secret key is shown only once, when it is created.
    ApiKey: api_keys, key [id], by [created_at desc];
    needs ApiKeys;
    one api_key;
    list api_keys;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Name, shown in the audit log.
        name: String,
        /// First characters of the key, to recognize it by; unique.
        prefix: String,
        /// What the key may be used for.
        role: Role,
        /// The agent the key acts for; null unless the role is `AGENT`.
        agent_id: Option<Id>,
        /// When the key expires; null for never.
        expires_at: Option<DateTime<Utc>>,
        /// When the key was last used, to the minute; null if never.
        last_used_at: Option<DateTime<Utc>>,
        /// When the key was revoked; null if it was not.
        revoked_at: Option<DateTime<Utc>>,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated; using the key does not count.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By time of the last use.
        last_used_at,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent the key acts for; null unless the role is `AGENT`.
        agent: Agent by agent_id,
    }
    to_many {}
}
