//! A new secret for an endpoint.

use crate::{connections::WebhookEndpoint, mutation::prelude::*};

verbs! {
    /// Makes a new secret for an endpoint. For some hours its webhooks are signed with the old one, too.
    rotate_webhook_secret = perform(service::webhooks::outbox::rotate::Rotate) on endpoint {
        /// For how many hours webhooks are signed with both secrets, 0 to 168.
        overlap_hours: i32 = 24,
    } -> rotated {
        /// The endpoint.
        webhook_endpoint: Row<WebhookEndpoint> = rotated.id,
        /// The secret to verify its webhooks with. Keep it: it cannot be read later.
        secret: String = rotated.secret,
    }
}
