//! Launching a campaign.

use crate::{marketing::Campaign, mutation::prelude::*};

verbs! {
    /// Launches a campaign: the customers of its segment, or the subscribers of its list, become its recipients, each
    /// address once. The server then creates a `send_message` task for each, at most `sendsPerMinute`. An active
    /// campaign gets the recipients who have joined the target since.
    launch_campaign = perform(service::marketing::campaign::launch::Launch) on campaign {
        /// The approval of a spending limit above the agent's own (configuration `authority`). It must be about the
        /// campaign.
        approval_id: Option<Id>,
    } -> launched {
        /// The campaign.
        campaign: Row<Campaign> = launched.campaign,
        /// Number of recipients that were added.
        added: i32 = launched.added,
    }
}
