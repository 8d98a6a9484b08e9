//! Changing a campaign.

use chrono::NaiveDate;
use entity::{campaigns, sea_orm_active_enums::CampaignStatus};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::{book, fields, ready, state::is_over};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::EventKind,
    refusal::{At, Refusal},
    state,
};

/// Updates a campaign. Whom it is sent to, and what, stays once it was launched.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The campaign.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called.
    pub name: Change<String>,
    /// The goal that it pursues.
    pub goal_id: Change<Option<Uuid>>,
    /// The agent responsible for it, who sends its messages.
    pub owner_agent_id: Change<Option<Uuid>>,
    /// The segment to whose customers it is sent.
    pub target_segment_id: Change<Option<Uuid>>,
    /// Or the list to whose subscribers.
    pub target_list_id: Change<Option<Uuid>>,
    /// What is sent.
    pub content_id: Change<Option<Uuid>>,
    /// The slice of a budget that pays for it.
    pub budget_slice_id: Change<Option<Uuid>>,
    /// What it may spend.
    pub budget: Change<Option<Decimal>>,
    /// Its first day.
    pub start_date: Change<Option<NaiveDate>>,
    /// Its last day.
    pub end_date: Change<Option<NaiveDate>>,
    /// What a message costs from now on.
    pub cost_per_message: Change<Decimal>,
    /// How many messages are sent in a minute at most.
    pub sends_per_minute: Change<i32>,
    /// Whether a message is sent again if its outcome is unknown.
    pub resend_unknown: Change<bool>,
    /// The approval of a budget above the agent's limit.
    pub approval_id: Option<Uuid>,
}

impl Verb for Update {
    /// The campaign.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateCampaign;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut before: campaigns::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        fields::check_rights(unit, &before).await.at(["id"])?;
        if is_over(before.status) {
            return Err(state::refuse_in(before.status, "the campaign is over").at(["id"]).into());
        }
        if matches!(&self.cost_per_message, Change::Set(cost) if *cost != before.cost_per_message) {
            // Earlier messages cost what they did.
            book::book(unit, &before, None).await?;
            before = edit::find(unit, self.id).await?;
        }
        let mut campaign = before.clone();
        self.apply(&mut campaign);
        fields::check_references(unit, Some(&before), &campaign).await?;
        fields::check(&mut campaign)?;
        check_launched(&before, &campaign)?;
        self.check_authority(unit, &before, &campaign).await?;
        edit::update(unit, Self::OPERATION, EventKind::CampaignUpdated, &before, campaign).await
    }
}

impl Update {
    fn apply(&self, campaign: &mut campaigns::Model) {
        self.name.apply(&mut campaign.name);
        self.goal_id.apply(&mut campaign.goal_id);
        self.owner_agent_id.apply(&mut campaign.owner_agent_id);
        self.target_segment_id.apply(&mut campaign.target_segment_id);
        self.target_list_id.apply(&mut campaign.target_list_id);
        self.content_id.apply(&mut campaign.content_id);
        self.budget_slice_id.apply(&mut campaign.budget_slice_id);
        self.budget.apply(&mut campaign.budget);
        self.start_date.apply(&mut campaign.start_date);
        self.end_date.apply(&mut campaign.end_date);
        self.cost_per_message.apply(&mut campaign.cost_per_message);
        self.sends_per_minute.apply(&mut campaign.sends_per_minute);
        self.resend_unknown.apply(&mut campaign.resend_unknown);
    }

    /// A campaign that was allowed to spend something asks again before it may spend more.
    async fn check_authority(
        &self,
        unit: &UnitOfWork,
        before: &campaigns::Model,
        campaign: &campaigns::Model,
    ) -> Result<()> {
        let is_draft = before.status == CampaignStatus::Draft;
        match !is_draft && ready::most(campaign) > ready::most(before) {
            true => ready::check_authority(unit, campaign, self.approval_id).await.at(["budget"]),
            false => Ok(()),
        }
    }
}

/// Refuses another target or content of a campaign that was launched.
fn check_launched(before: &campaigns::Model, campaign: &campaigns::Model) -> Result<(), Refusal> {
    if matches!(before.status, CampaignStatus::Draft | CampaignStatus::Scheduled) {
        return Ok(());
    }
    let fields = [
        ("targetSegmentId", before.target_segment_id, campaign.target_segment_id),
        ("targetListId", before.target_list_id, campaign.target_list_id),
        ("contentId", before.content_id, campaign.content_id),
    ];
    match fields.into_iter().find(|(_, before, after)| before != after) {
        Some((field, ..)) => {
            let message = format!("the campaign was launched: `{field}` cannot be changed any more");
            Err(state::refuse_in(before.status, message).at([field]))
        }
        None => Ok(()),
    }
}
