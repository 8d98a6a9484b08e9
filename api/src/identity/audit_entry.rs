//! The audit log.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{read::scalars::Id, resource};

resource! {
    /// What somebody did to an object. It is never changed.
    AuditEntry: audit_entries, key [id], by [created_at desc];
    needs AuditLog;
    one audit_entry;
    list audit_log;
    columns {
        /// Its key.
        id: Id,
        /// Who did it: the name of the key, `local` for whoever used the server without one, `server` for the server itself.
        principal: String,
        /// The key it was done with; null when there was none.
        api_key_id: Option<Id>,
        /// What was done: the mutation, in upper camel case.
        operation: String,
        /// The GraphQL type of the object.
        object_type: String,
        /// The object; null when it was not a single one.
        object_id: Option<Id>,
        /// What was changed, as it was before; null for a new object.
        before: Option<Json>,
        /// What was changed, as it was after; null for an object that is gone.
        after: Option<Json>,
        /// The request, as its answer's `X-Request-Id` and the server's log name it; null outside of requests.
        request_id: Option<String>,
        /// When it was done.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By the time it was done.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
