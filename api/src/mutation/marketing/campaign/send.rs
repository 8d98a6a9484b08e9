//! Sending the messages of campaigns.

use async_graphql::Context;
use service::{
    Result,
    marketing::campaign::send::message::{Address, UnsubscribeUrl},
};

use crate::{
    marketing::CampaignRecipient,
    mutation::prelude::*,
    write::{payload::Answer, service},
};

verbs! {
    /// Begins to send the message of a claimed `send_message` task. The server checks once more that the campaign is
    /// active, that the recipient consents and is still on the list, and that the budget suffices. If not, `send` is
    /// false and the task has ended. Call `completeCampaignSend` after sending.
    begin_campaign_send = perform(service::marketing::campaign::send::begin::Begin) {
        ..lease,
    } -> begun {
        /// The recipient, with the status and the reason if nothing is sent.
        recipient: Row<CampaignRecipient> = begun.recipient,
        /// Whether to send the message now.
        send: bool = begun.send,
        /// Address to send it to; null if nothing is sent.
        address: String = begun.address,
        /// Key to give to the provider, so that it recognizes a repetition; null if nothing is sent.
        provider_key: String = begun.provider_key,
        /// Link for the recipient to unsubscribe, for the message and its `List-Unsubscribe` header; null if nothing is
        /// sent, and for text messages.
        unsubscribe_url: String = begun.unsubscribe_url,
        /// Number of this attempt to send, from 1; null if nothing is sent.
        attempt: i32 = begun.attempt,
    }

    /// Records that the message of a task was sent, or that it failed. The task ends; after a failure that is not
    /// permanent it is retried.
    complete_campaign_send = perform(service::marketing::campaign::send::complete::Complete) {
        ..lease,
        /// The provider's id of the message. At most 255 characters.
        provider_message_id: Option<String>,
        /// True if the message was certainly not sent. If you do not know, let the lease end instead.
        failed: bool = false,
        /// The provider's code of the failure; required with `failed`. At most 100 characters.
        code: Option<String>,
        /// True if another attempt would fail in the same way. Otherwise the task is retried after a delay.
        permanent: bool = false,
    } -> recipient: CampaignRecipient;
}

impl Answer<Option<String>> for Address {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.read(service(ctx)?).await
    }
}

impl Answer<Option<String>> for UnsubscribeUrl {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.read(service(ctx)?).await
    }
}
