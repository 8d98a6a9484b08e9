//! Launching a campaign: whom it is sent to is written down, and their turns come by themselves.

use chrono::{DateTime, Utc};
use entity::{campaigns, sea_orm_active_enums::CampaignStatus};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{fields, lock, ready, recipients, tell};
use crate::{Result, UnitOfWork, Verb, access::Operation, database::Sql, edit, events::EventKind, refusal::At, state};

/// Launches a campaign; an active one gets the recipients who have come to its target meanwhile.
#[derive(Clone, Debug, Serialize)]
pub struct Launch {
    /// The campaign.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// The approval of a budget above the agent's limit.
    pub approval_id: Option<Uuid>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Launched {
    /// The campaign.
    pub campaign: Uuid,
    /// How many recipients were added.
    pub added: i32,
}

impl Verb for Launch {
    type Outcome = Launched;
    const OPERATION: Operation = Operation::LaunchCampaign;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Launched> {
        let campaign: campaigns::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        fields::check_rights(unit, &campaign).await.at(["id"])?;
        match campaign.status {
            CampaignStatus::Active => {}
            CampaignStatus::Paused => {
                let message = "the campaign is paused: go on with `resumeCampaign`";
                return Err(state::refuse_in(campaign.status, message).at(["id"]).into());
            }
            status => state::check(status, CampaignStatus::Active).at(["id"])?,
        }
        ready::check(unit, &campaign).await?;
        if campaign.status == CampaignStatus::Draft {
            ready::check_authority(unit, &campaign, self.approval_id).await?;
        }
        launch(unit, campaign).await
    }
}

/// Launches a campaign that is ready and locked.
async fn launch(unit: &mut UnitOfWork, campaign: campaigns::Model) -> Result<Launched> {
    let added = recipients::add(unit, &campaign).await?;
    let mut launched = campaign.clone();
    launched.status = CampaignStatus::Active;
    launched.scheduled_at = None;
    launched.launched_at = campaign.launched_at.or_else(|| Some(unit.now().into()));
    let is_new = launched != campaign;
    let none: Option<EventKind> = None;
    edit::update(unit, Operation::LaunchCampaign, none, &campaign, launched.clone()).await?;
    let version = if is_new { campaign.version.saturating_add(1) } else { 0 };
    if is_new || added > 0 {
        let changes = [("status", json!(state::name(&launched.status))), ("recipientsAdded", json!(added))];
        tell(unit, EventKind::CampaignLaunched, &launched, version, changes);
    }
    Ok(Launched { campaign: campaign.id, added })
}

/// Writes the search for campaigns whose time has come: `id` and `due`.
pub(crate) fn write_due(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push("SELECT id, scheduled_at AS due FROM campaigns WHERE status = ").literal(&CampaignStatus::Scheduled);
    sql.push(" AND scheduled_at <= ").bind(now)
}

/// Launches those campaigns whose time has still come under their lock; how many were. One that is not ready is a draft
/// again.
pub(crate) async fn launch_due(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let (mut done, now) = (0, unit.now());
    for id in ids {
        let campaign = lock(unit, *id).await?;
        let is_due = campaign.scheduled_at.is_some_and(|at| at <= now);
        if campaign.status != CampaignStatus::Scheduled || !is_due {
            continue;
        }
        match ready::check(unit, &campaign).await {
            Ok(()) => drop(launch(unit, campaign).await?),
            Err(error) => {
                let refusal = error.into_refusal()?;
                tracing::warn!(%id, "a campaign could not be launched and is a draft again: {}", refusal.message);
                let mut draft = campaign.clone();
                draft.status = CampaignStatus::Draft;
                draft.scheduled_at = None;
                edit::update(unit, Operation::LaunchCampaign, EventKind::CampaignUpdated, &campaign, draft).await?;
            }
        }
        done += 1;
    }
    Ok(done)
}
