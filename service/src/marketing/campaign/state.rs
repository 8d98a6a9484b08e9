//! The states of campaigns and of their recipients: the tables.

use entity::sea_orm_active_enums::{CampaignStatus, RecipientStatus};

use crate::state::State;

impl State for CampaignStatus {
    const NOUN: &'static str = "campaign";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Scheduled, Self::Active, Self::Cancelled],
            Self::Scheduled => &[Self::Draft, Self::Active, Self::Cancelled],
            Self::Active => &[Self::Paused, Self::Completed, Self::Cancelled],
            Self::Paused => &[Self::Active, Self::Completed, Self::Cancelled],
            Self::Completed | Self::Cancelled => &[],
        }
    }
}

/// A message that was queued goes back when its campaign is paused. One that failed is queued again when another
/// attempt may help.
impl State for RecipientStatus {
    const NOUN: &'static str = "recipient";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Queued, Self::Skipped],
            Self::Queued => &[Self::Pending, Self::Sending, Self::Skipped],
            Self::Sending => &[Self::Sent, Self::Failed, Self::Unknown],
            Self::Failed => &[Self::Queued],
            Self::Sent | Self::Skipped | Self::Unknown => &[],
        }
    }
}

/// The states of recipients in which something is still to be done.
pub(super) const OPEN: &[RecipientStatus] =
    &[RecipientStatus::Pending, RecipientStatus::Queued, RecipientStatus::Sending];

/// Whether nothing moves a campaign any more.
pub(super) fn is_over(status: CampaignStatus) -> bool {
    status.allowed().is_empty()
}
