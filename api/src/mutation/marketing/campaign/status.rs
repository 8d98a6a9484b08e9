//! Pausing, resuming and cancelling a campaign.

use crate::{marketing::Campaign, mutation::prelude::*};

verbs! {
    /// Pauses a campaign: no further message is sent until it is resumed. What was sent is booked.
    pause_campaign = perform(service::marketing::campaign::status::Pause) on campaign -> campaign: Campaign;

    /// Resumes a paused campaign.
    resume_campaign = perform(service::marketing::campaign::status::Resume) on campaign -> campaign: Campaign;

    /// Cancels a campaign for good: no further message is sent, and its recipients are skipped. Those who are QUEUED
    /// are skipped when a worker begins their task. What was sent is booked.
    cancel_campaign = perform(service::marketing::campaign::status::Cancel) on campaign -> campaign: Campaign;
}
