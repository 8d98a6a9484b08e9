//! Naming the order of a webhook.

use crate::{connections::InboundWebhook, mutation::prelude::*};

verbs! {
    /// Makes the payment that a webhook of Stripe is about one of an order, and processes the webhook once more. For
    /// webhooks that wait or could not be processed because they name no order.
    match_inbound_webhook = perform(service::webhooks::inbox::bind::Bind) {
        /// The webhook.
        id: Id,
        /// The order.
        order_id: Id,
    } -> inbound_webhook: InboundWebhook;
}
