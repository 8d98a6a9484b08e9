//! Recipients: to whom campaigns are sent.

use chrono::{DateTime, Utc};

use super::Campaign;
use crate::{customers::Customer, read::scalars::Id, resource, vocabulary, work::Task};

vocabulary! {
    /// Status of a recipient of a campaign.
    RecipientStatus {
        /// Waits for its turn.
        Pending,
        /// There is a task to send the message.
        Queued,
        /// The message is being sent.
        Sending,
        /// The message was sent.
        Sent,
        /// No message is sent; `skipReason` says why.
        Skipped,
        /// The message could not be sent.
        Failed,
        /// Nobody knows whether the message was sent; it is not sent again.
        Unknown,
    }
}

resource! {
    /// A person to whom a campaign is sent, once.
    CampaignRecipient: campaign_recipients, key [id], by [created_at desc];
    one campaign_recipient;
    list campaign_recipients;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The campaign.
        campaign_id: Id,
        /// The customer; null if none or deleted.
        customer_id: Option<Id>,
        /// The address it is sent to; null if it was erased.
        address: Option<String>,
        /// Current status.
        status: RecipientStatus,
        /// Why nothing was sent: campaign_ended, erased, no_consent, withdrawn, bounced, complained, off_list or
        /// task_ended; null unless skipped.
        skip_reason: Option<String>,
        /// The task that sends the message; null if none.
        task_id: Option<Id>,
        /// Number of attempts to send the message.
        send_attempts: i32,
        /// Id of the message at the provider; null if unknown.
        provider_message_id: Option<String>,
        /// When the message was sent; null if it was not.
        sent_at: Option<DateTime<Utc>>,
        /// When it was delivered; null if unknown.
        delivered_at: Option<DateTime<Utc>>,
        /// When it was first opened; null if unknown.
        opened_at: Option<DateTime<Utc>>,
        /// When a link in it was first followed; null if unknown.
        clicked_at: Option<DateTime<Utc>>,
        /// When it bounced; null if it did not.
        bounced_at: Option<DateTime<Utc>>,
        /// When the person reported it as spam; null if not.
        complained_at: Option<DateTime<Utc>>,
        /// When the person unsubscribed through it; null if not.
        unsubscribed_at: Option<DateTime<Utc>>,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The campaign.
        campaign: Campaign by campaign_id,
    }
    to_one_or_none {
        /// The customer; null if none or deleted.
        customer: Customer by customer_id,
        /// The task that sends the message; null if none.
        task: Task by task_id,
    }
    to_many {}
}
