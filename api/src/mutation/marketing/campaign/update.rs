//! Changing a campaign.

use crate::{marketing::Campaign, mutation::prelude::*};

verbs! {
    /// Updates a campaign. Fields that are left out stay as they are. Target and content stay once it was launched.
    update_campaign = perform(service::marketing::campaign::update::Update) on campaign {
        /// Name. At most 255 characters.
        name: Option<String>,
        /// The goal it pursues. Null for no particular one.
        goal_id: MaybeUndefined<Id>,
        /// The agent responsible for it: it gets the tasks to send messages. Null if none.
        owner_agent_id: MaybeUndefined<Id>,
        /// The segment to whose customers it is sent. Null if none.
        target_segment_id: MaybeUndefined<Id>,
        /// The email list to whose subscribers it is sent. Null if none.
        target_list_id: MaybeUndefined<Id>,
        /// The content that is sent. Null if none.
        content_id: MaybeUndefined<Id>,
        /// The slice that pays for it, of a budget of the category `advertising`. Null if none.
        budget_slice_id: MaybeUndefined<Id>,
        /// Spending limit, in the currency of the campaign, at most 99999999.99. Null for no limit.
        budget: MaybeUndefined<Decimal>,
        /// First day. Null if not set.
        start_date: MaybeUndefined<Date>,
        /// Last day. A social or ads campaign is completed after it. Null if not set.
        end_date: MaybeUndefined<Date>,
        /// Cost of a message from now on, in the currency of the campaign. Messages that were sent are booked at the
        /// earlier cost.
        cost_per_message: Option<Decimal>,
        /// How many messages are sent in a minute at most, 1 to 60000.
        sends_per_minute: Option<i32>,
        /// Whether a message is sent again if its outcome is unknown.
        resend_unknown: Option<bool>,
        /// The approval that is needed if a scheduled or launched campaign gets a higher spending limit, above the
        /// agent's own limit (configuration `authority`). It must be about the campaign.
        approval_id: Option<Id>,
    } -> campaign: Campaign;
}
