//! Scheduling the launch of a campaign.

use chrono::{DateTime, Datelike, Utc};
use entity::{campaigns, sea_orm_active_enums::CampaignStatus};
use serde::Serialize;
use uuid::Uuid;

use super::{fields, ready};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    events::EventKind,
    refusal::{At, Refusal},
    state, value,
};

/// Schedules the launch of a campaign, or takes that back.
#[derive(Clone, Debug, Serialize)]
pub struct Schedule {
    /// The campaign.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// When it is launched; none: it is a draft again.
    pub starts_at: Option<DateTime<Utc>>,
    /// The approval of a budget above the agent's limit.
    pub approval_id: Option<Uuid>,
}

impl Verb for Schedule {
    /// The campaign.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ScheduleCampaign;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: campaigns::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        fields::check_rights(unit, &before).await.at(["id"])?;
        let mut campaign = before.clone();
        campaign.scheduled_at = self.starts_at.map(Into::into);
        campaign.status = match self.starts_at {
            Some(starts_at) => {
                self.check_time(unit, starts_at)?;
                CampaignStatus::Scheduled
            }
            None => CampaignStatus::Draft,
        };
        if campaign.status != before.status {
            state::check(before.status, campaign.status).at(["id"])?;
        }
        let is_new = campaign.status == CampaignStatus::Scheduled && before.status == CampaignStatus::Draft;
        if is_new {
            ready::check(unit, &campaign).await?;
            ready::check_authority(unit, &campaign, self.approval_id).await?;
        }
        let kind = match self.starts_at {
            Some(_) => EventKind::CampaignScheduled,
            None => EventKind::CampaignUpdated,
        };
        edit::update(unit, Self::OPERATION, kind, &before, campaign).await
    }
}

impl Schedule {
    fn check_time(&self, unit: &UnitOfWork, starts_at: DateTime<Utc>) -> Result<(), Refusal> {
        if starts_at <= unit.now() {
            return Err(check::invalid("startsAt", "`startsAt` is not in the future"));
        }
        match value::is_known_year(starts_at.year()) {
            true => Ok(()),
            false => Err(check::invalid("startsAt", value::YEARS)),
        }
    }
}
