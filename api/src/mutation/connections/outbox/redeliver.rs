//! Sending events again.

use crate::{connections::WebhookEndpoint, mutation::prelude::*};

verbs! {
    /// Sends events of the past to an endpoint once more: at most 10000 a call, of at most 100000 that it looks at.
    /// Give either `after` or `since`. Fails with CURSOR_EXPIRED if some of them were removed from the log.
    redeliver_webhooks = perform(service::webhooks::outbox::redeliver::Redeliver) {
        /// The endpoint.
        endpoint_id: Id,
        /// Only events after this cursor.
        after: Option<String>,
        /// Only events that happened at this time or later.
        since: Option<Moment>,
        /// Only events of these kinds, by their names in the log, such as order.placed. Default: those that the
        /// endpoint gets.
        kinds: Vec<String> = Vec::new(),
        /// Only events that could not be delivered.
        only_failed: bool = false,
    } -> redelivered {
        /// The endpoint.
        webhook_endpoint: Row<WebhookEndpoint> = redelivered.id,
        /// Number of events that are sent.
        count: i32 = redelivered.count,
        /// Cursor to go on from with another call, as `after`, if there may be more, also when `count` is 0. Null if
        /// there are no more.
        cursor: String = redelivered.cursor,
    }
}
