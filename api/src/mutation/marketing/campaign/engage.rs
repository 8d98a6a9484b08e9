//! Recording what recipients did.

use service::{batch::ItemResult, marketing::campaign::engage::Engaged};

use crate::{marketing::CampaignRecipient, mutation::prelude::*, write::error::UserError};

input_enum! {
    /// What can happen to a message.
    EngagementKind => service::marketing::campaign::engage::EngagementKind {
        /// It was delivered.
        Delivered,
        /// It was opened: a touchpoint.
        Opened,
        /// A link in it was followed: a touchpoint.
        Clicked,
        /// It bounced: nothing more is sent to the address.
        Bounced,
        /// The recipient reported it as spam: nothing more is sent to the address.
        Complained,
        /// The recipient unsubscribed: nothing more is sent to the address.
        Unsubscribed,
    }
}

input! {
    /// What a recipient did.
    EngagementInput => service::marketing::campaign::engage::Engagement {
        /// The recipient. Give either this or `providerMessageId`.
        recipient_id: Option<Id>,
        /// The provider's id of the message, as `completeCampaignSend` recorded it.
        provider_message_id: Option<String>,
        /// What happened.
        kind: EngagementKind,
        /// When it happened; not before the launch and not in the future. Default: now.
        occurred_at: Option<Moment>,
    }
}

object! {
    /// The result of one item of `recordCampaignEngagement`. Items succeed or fail on their own.
    EngagementResult(ItemResult<Engaged>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The recipient. Null if the item was refused.
        recipient: Option<Row<CampaignRecipient>> = item.outcome.map(|engaged| engaged.recipient),
        /// False if it was known already or the item was refused: then nothing changed.
        applied: bool = item.outcome.is_some_and(|engaged| engaged.applied),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Records what happened to messages of campaigns. BOUNCED, COMPLAINED and UNSUBSCRIBED withdraw the consent of the
    /// address and take it off all lists. Each kind is recorded once for a recipient: a repetition changes nothing.
    record_campaign_engagement = perform(service::marketing::campaign::engage::RecordEngagement) {
        /// What happened, at most 1000 items.
        items: Vec<EngagementInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[EngagementResult];
}
