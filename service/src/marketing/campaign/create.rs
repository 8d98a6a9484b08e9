//! Adding a campaign.

use chrono::NaiveDate;
use entity::{
    campaigns,
    sea_orm_active_enums::{CampaignStatus, CampaignType},
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::fields;
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, settings};

/// Creates a campaign, as a draft.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called.
    pub name: String,
    /// On which channel it runs.
    pub r#type: CampaignType,
    /// The goal that it pursues.
    pub goal_id: Option<Uuid>,
    /// The agent responsible for it, who sends its messages; none for the one that acts.
    pub owner_agent_id: Option<Uuid>,
    /// The segment to whose customers it is sent.
    pub target_segment_id: Option<Uuid>,
    /// Or the list to whose subscribers.
    pub target_list_id: Option<Uuid>,
    /// What is sent.
    pub content_id: Option<Uuid>,
    /// The slice of a budget that pays for it.
    pub budget_slice_id: Option<Uuid>,
    /// What it may spend.
    pub budget: Option<Decimal>,
    /// In which currency; none for the shop's.
    pub currency: Option<String>,
    /// Its first day.
    pub start_date: Option<NaiveDate>,
    /// Its last day.
    pub end_date: Option<NaiveDate>,
    /// What a message costs.
    pub cost_per_message: Decimal,
    /// How many messages are sent in a minute at most.
    pub sends_per_minute: i32,
    /// Whether a message is sent again if its outcome is unknown.
    pub resend_unknown: bool,
}

impl Verb for Create {
    /// The campaign.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateCampaign;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let currency = match &self.currency {
            Some(currency) => currency.clone(),
            None => settings::load(unit).await?.currency,
        };
        let mut campaign = campaigns::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            r#type: self.r#type,
            goal_id: self.goal_id,
            owner_agent_id: self.owner_agent_id.or(unit.principal().agent),
            target_segment_id: self.target_segment_id,
            status: CampaignStatus::Draft,
            budget: self.budget,
            spent: Decimal::ZERO,
            currency,
            start_date: self.start_date,
            end_date: self.end_date,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
            target_list_id: self.target_list_id,
            content_id: self.content_id,
            budget_slice_id: self.budget_slice_id,
            scheduled_at: None,
            launched_at: None,
            ended_at: None,
            cost_per_message: self.cost_per_message,
            message_count: 0,
            booked_count: 0,
            sends_per_minute: self.sends_per_minute,
            resend_unknown: self.resend_unknown,
            next_turn_at: None,
        };
        fields::check_references(unit, None, &campaign).await?;
        fields::check(&mut campaign)?;
        edit::insert(unit, Self::OPERATION, campaign).await
    }
}
