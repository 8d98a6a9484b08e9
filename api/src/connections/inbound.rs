//! Webhooks that were received.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Status of a webhook that was received.
    InboundStatus {
        /// It is to be processed.
        Received,
        /// It refers to something that is not known yet, and is tried again.
        Waiting,
        /// It was processed.
        Processed,
        /// It changed nothing: its topic is not used, or something newer is known.
        Ignored,
        /// It could not be processed, and is not tried again.
        Dead,
    }
}

resource! {
    /// A webhook that another system sent. It is stored first and processed then; one at a time for an object.
    InboundWebhook: inbound_webhooks, key [id], by [created_at desc];
    needs InboundWebhooks;
    one inbound_webhook;
    list inbound_webhooks;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The system that sent it: shopify or stripe.
        source: String,
        /// Its id there; unique for a source.
        external_id: String,
        /// What it is about, in the words of the source, such as orders/create.
        topic: String,
        /// The object there that it is about; null if unknown.
        object_key: Option<String>,
        /// Id of what happened there, which several webhooks may be about; null if unknown.
        event_key: Option<String>,
        /// When it happened there; null if unknown.
        triggered_at: Option<DateTime<Utc>>,
        /// What was sent. Empty 30 days after the end of its processing, or if it names a person whose data was erased.
        payload: Json,
        /// Current status.
        status: InboundStatus,
        /// Number of attempts to process it that failed.
        attempts: i32,
        /// When it is processed next; null once it is processed, ignored or dead.
        next_attempt_at: Option<DateTime<Utc>>,
        /// Why it was ignored, waits or failed; null if it did not.
        error: Option<String>,
        /// When it was processed, ignored or given up; null while it is not.
        processed_at: Option<DateTime<Utc>>,
        /// When it was received.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By the time when they were received.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
