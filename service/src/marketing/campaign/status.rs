//! Pausing, resuming and cancelling a campaign.

use entity::{
    campaigns,
    sea_orm_active_enums::{CampaignStatus, RecipientStatus},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    budget::{booked, pause_as},
    fields, ready,
};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At, state};

/// Why nothing is sent for a campaign that ended before.
pub(super) const ENDED: &str = "campaign_ended";

/// Declares a verb that names a campaign.
macro_rules! on_campaign {
    ($($(#[$doc:meta])* $verb:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        pub struct $verb {
            /// The campaign.
            pub id: Uuid,
            /// The version that the caller has seen.
            pub expected_version: Option<i32>,
        }

        impl $verb {
            /// Locks the campaign, which goes to another state.
            async fn lock(&self, unit: &UnitOfWork, to: CampaignStatus) -> Result<campaigns::Model> {
                let campaign: campaigns::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
                fields::check_rights(unit, &campaign).await.at(["id"])?;
                state::check(campaign.status, to).at(["id"])?;
                Ok(campaign)
            }
        }
    )+};
}

on_campaign! {
    /// Pauses a campaign: nobody is written to until it goes on.
    Pause;
    /// Lets a paused campaign go on.
    Resume;
    /// Cancels a campaign: whoever was not written to yet is not written to any more.
    Cancel;
}

impl Verb for Pause {
    /// The campaign.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::PauseCampaign;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let campaign = self.lock(unit, CampaignStatus::Paused).await?;
        pause_as(unit, Self::OPERATION, &campaign).await.map(|campaign| campaign.id)
    }
}

impl Verb for Resume {
    /// The campaign.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ResumeCampaign;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before = self.lock(unit, CampaignStatus::Active).await?;
        if before.status != CampaignStatus::Paused {
            let message = "only a paused campaign is resumed: use `launchCampaign`";
            return Err(state::refuse(before.status, CampaignStatus::Active, message).at(["id"]).into());
        }
        ready::check(unit, &before).await?;
        let mut campaign = before.clone();
        campaign.status = CampaignStatus::Active;
        edit::update(unit, Self::OPERATION, EventKind::CampaignResumed, &before, campaign).await
    }
}

impl Verb for Cancel {
    /// The campaign.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CancelCampaign;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let campaign = self.lock(unit, CampaignStatus::Cancelled).await?;
        let before = booked(unit, &campaign).await?;
        skip_waiting(unit, self.id).await?;
        let mut campaign = before.clone();
        campaign.status = CampaignStatus::Cancelled;
        campaign.scheduled_at = None;
        campaign.ended_at = Some(unit.now().into());
        edit::update(unit, Self::OPERATION, EventKind::CampaignCancelled, &before, campaign).await
    }
}

/// Skips the recipients whose turn has not come. Those with a task are skipped when a worker takes it.
async fn skip_waiting(unit: &UnitOfWork, campaign: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE campaign_recipients SET status = ").literal(&RecipientStatus::Skipped);
    sql.write(format_args!(", skip_reason = '{ENDED}', updated_at = ")).bind(unit.now());
    sql.push(" WHERE campaign_id = ").bind(campaign).push(" AND status = ").literal(&RecipientStatus::Pending);
    unit.execute(sql).await.map(drop)
}
