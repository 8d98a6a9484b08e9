//! The audit log.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{read::scalars::Id, resource};

resource! {
    /// A record of an operation on an object. Entries never change.
    AuditEntry: audit_entries, key [id], by [created_at desc];
    needs AuditLog;
    one audit_entry;
    list audit_log;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Who did it: the API key's name, `local` for use without a key, `server` for the server itself.
        principal: String,
        /// The API key that was used; null if none.
        api_key_id: Option<Id>,
        /// Name of the mutation in upper camel case, such as `CreateGoal`.
        operation: String,
        /// GraphQL type of the object.
        object_type: String,
        /// Id of the object; null if the operation was not about a single one.
        object_id: Option<Id>,
        /// The changed values as they were before; null for a new object.
        before: Option<Json>,
        /// The changed values as they were after; null for a deleted object.
        after: Option<Json>,
        /// Request id, as in the `X-Request-Id` response header and the server log; null outside of requests.
        request_id: Option<String>,
        /// When the operation was done.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By time of the operation.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
