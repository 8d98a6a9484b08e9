//! Processing webhooks once more.

use crate::{
    connections::{InboundStatus, InboundWebhook},
    mutation::prelude::*,
};

input! {
    /// Which of the webhooks that wait, could not be processed or were ignored.
    InboundWebhookSelection => service::webhooks::inbox::replay::Wanted {
        /// Only those of this system: shopify or stripe.
        source: Option<String>,
        /// Only those with one of these topics.
        topics: Vec<String> = Vec::new(),
        /// Only those with this status: WAITING, DEAD or IGNORED. Without it, those that are waiting or dead.
        status: Option<InboundStatus>,
        /// Only those that were received at this time or later.
        since: Option<Moment>,
        /// Only those that were received before this time.
        before: Option<Moment>,
    }
}

verbs! {
    /// Processes webhooks once more that wait, could not be processed or were ignored, at most 1000 a call. Give either
    /// `ids` or `filter`. Refused for webhooks whose payload was removed.
    replay_inbound_webhooks = perform(service::webhooks::inbox::replay::Replay) {
        /// The webhooks.
        ids: Vec<Id> = Vec::new(),
        /// The oldest webhooks that match, instead of `ids`.
        filter: Option<InboundWebhookSelection>,
        /// If true, only tells which webhooks would be processed.
        dry_run: bool = false,
    } -> replayed {
        /// The webhooks. They are processed within seconds.
        inbound_webhooks: Vec<Row<InboundWebhook>> = replayed.ids,
        /// Whether there are more that match.
        has_more: bool = replayed.has_more,
    }
}
