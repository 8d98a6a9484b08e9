//! Creating a campaign.

use crate::{
    marketing::{Campaign, CampaignType},
    mutation::prelude::*,
};

verbs! {
    /// Creates a campaign, as a draft. `launchCampaign` launches it, `scheduleCampaign` lets the server do it later.
    create_campaign = perform(service::marketing::campaign::create::Create) {
        /// Name. At most 255 characters.
        name: String,
        /// Channel it runs on.
        r#type: CampaignType,
        /// The goal it pursues.
        goal_id: Option<Id>,
        /// The agent responsible for it: it gets the tasks to send messages. Default: the agent of the API key.
        owner_agent_id: Option<Id>,
        /// The segment to whose customers it is sent. Give at most one of this and `targetListId`; an email campaign
        /// needs one of them for its launch, a text campaign this one.
        target_segment_id: Option<Id>,
        /// The email list to whose subscribers it is sent; only for email campaigns.
        target_list_id: Option<Id>,
        /// The content that is sent. It must be approved or published when the campaign is launched.
        content_id: Option<Id>,
        /// The slice that pays for it, if it has the money when something is booked. Its budget has the category
        /// `advertising`.
        budget_slice_id: Option<Id>,
        /// Spending limit, in `currency`, at most 99999999.99: the campaign is paused when it is reached. Leave it out
        /// for no limit.
        budget: Option<Decimal>,
        /// ISO 4217 currency code of the amounts. Default: the currency of the shop.
        currency: Option<String>,
        /// First day.
        start_date: Option<Date>,
        /// Last day. A social or ads campaign is completed after it.
        end_date: Option<Date>,
        /// Cost of a message, in `currency`. The server books it for the messages that are sent.
        cost_per_message: Decimal = Decimal::ZERO,
        /// How many messages are sent in a minute at most, 1 to 60000.
        sends_per_minute: i32 = 600,
        /// True if the provider recognizes a repetition by `providerKey`: then a message is sent again if its outcome is
        /// unknown.
        resend_unknown: bool = false,
    } -> campaign: Campaign;
}
