//! Deliveries: events for endpoints.

use chrono::{DateTime, Utc};

use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Status of a delivery.
    DeliveryStatus {
        /// It is to be sent, for the first time or again.
        Pending,
        /// The endpoint accepted it.
        Delivered,
        /// All attempts failed; it is not sent again.
        Dead,
    }
}

resource! {
    /// An event that is sent to an endpoint. Events about one object are sent in the order of the log.
    WebhookDelivery: webhook_deliveries, key [id], by [created_at desc];
    one webhook_delivery;
    list webhook_deliveries;
    columns {
        /// Unique id (UUID); `webhook-id` of every attempt.
        id: Id,
        /// Id of the endpoint. Once that is deleted, its deliveries go, too.
        endpoint_id: Id,
        /// Kind of the event, by its name in the log, such as order.placed.
        kind: String,
        /// Id of the object that the event is about.
        aggregate_id: Id,
        /// Current status.
        status: DeliveryStatus,
        /// Number of attempts that failed.
        attempts: i32,
        /// When it is sent next; null while an earlier one about the same object is pending, and once it is delivered
        /// or dead.
        next_attempt_at: Option<DateTime<Utc>>,
        /// HTTP status of the last answer; null if there was none.
        response_status: Option<i32>,
        /// Why the last attempt failed; null if none did.
        error: Option<String>,
        /// When the endpoint accepted it; null if it did not.
        delivered_at: Option<DateTime<Utc>>,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
