//! Endpoints: where events are sent.

use chrono::{DateTime, Utc};

use crate::{read::scalars::Id, resource};

resource! {
    /// An address outside that events are sent to. Its secret is shown when it is made, and never again. Only
    /// administrators read endpoints: their URLs and queries may hold secrets.
    WebhookEndpoint: webhook_endpoints, key [id], by [created_at desc];
    needs WebhookEndpoints;
    one webhook_endpoint;
    list webhook_endpoints;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Name, for people.
        name: String,
        /// Where events are sent.
        url: String,
        /// The kinds of events that are sent, by their names in the log, such as order.placed; all if empty.
        kinds: Vec<String>,
        /// GraphQL query whose answer is sent with each event; null if none.
        query: Option<String>,
        /// Whether events are sent.
        is_active: bool,
        /// Why no events are sent; null while it is active.
        disabled_reason: Option<String>,
        /// Number of its secret; grows by 1 with each rotation.
        generation: i32,
        /// Until when the secret before signs too; null if there is none.
        previous_until: Option<DateTime<Utc>>,
        /// Since when every attempt failed; null while attempts succeed.
        failing_since: Option<DateTime<Utc>>,
        /// When it last missed events, because they were removed from the log before; null if it never did.
        skipped_at: Option<DateTime<Utc>>,
        /// Until when a server sends for it; null if none does.
        leased_until: Option<DateTime<Utc>>,
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
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
