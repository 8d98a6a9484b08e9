//! Scheduling the launch of a campaign.

use crate::{marketing::Campaign, mutation::prelude::*};

verbs! {
    /// Schedules the launch of a campaign. If it is not ready then, for example because its content is no longer
    /// approved, it becomes a draft again.
    schedule_campaign = perform(service::marketing::campaign::schedule::Schedule) on campaign {
        /// When it is launched; in the future. Null cancels the schedule: the campaign becomes a draft again.
        starts_at: Option<Moment>,
        /// The approval of a spending limit above the agent's own (configuration `authority`). It must be about the
        /// campaign.
        approval_id: Option<Id>,
    } -> campaign: Campaign;
}
