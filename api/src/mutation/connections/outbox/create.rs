//! Creating an endpoint.

use super::save;
use crate::{connections::WebhookEndpoint, mutation::prelude::*};

verbs! {
    /// Creates an endpoint: events are sent to it from now on, as signed webhooks (Standard Webhooks).
    create_webhook_endpoint = save(service::webhooks::outbox::create::Create) {
        /// Name, for people. At most 255 characters.
        name: String,
        /// Where events are sent: a URL that begins with https://, of a server with a public address. At most 2000
        /// characters.
        url: String,
        /// The kinds of events that are sent, by their names in the log, such as order.placed. Default: all.
        kinds: Vec<String> = Vec::new(),
        /// A query such as `query($id: ID!) { order(id: $id) { orderNumber } }`. Its answer about the object of an event
        /// is sent with the event, as a viewer would get it. At most 20000 characters. Default: none.
        query: Option<String>,
    } -> created {
        /// The endpoint.
        webhook_endpoint: Row<WebhookEndpoint> = created.id,
        /// The secret to verify its webhooks with. Keep it: it cannot be read later.
        secret: String = created.secret,
    }
}
