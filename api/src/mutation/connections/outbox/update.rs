//! Changing an endpoint.

use super::save;
use crate::{connections::WebhookEndpoint, mutation::prelude::*};

verbs! {
    /// Updates an endpoint. Fields that are left out stay as they are. An endpoint that is active again gets what
    /// happened in the meantime, as far as the log has it.
    update_webhook_endpoint = save(service::webhooks::outbox::update::Update) on endpoint {
        /// Name, for people. At most 255 characters.
        name: Option<String>,
        /// Where events are sent: a URL that begins with https://, of a server with a public address. At most 2000
        /// characters.
        url: Option<String>,
        /// The kinds of events that are sent, by their names in the log, such as order.placed; all if empty.
        kinds: Option<Vec<String>>,
        /// The query whose answer is sent with an event. At most 20000 characters. Null removes it.
        query: MaybeUndefined<String>,
        /// Whether events are sent.
        is_active: Option<bool>,
    } -> webhook_endpoint: WebhookEndpoint;
}
