//! What a campaign spent outside: a fact, which is recorded also above the budget.

use chrono::NaiveDate;
use entity::{campaigns, sea_orm_active_enums::CampaignStatus};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    book::CATEGORY,
    budget::{self, spent},
    fields::check_rights,
    lock, tell,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::EventKind,
    finance::book::{self as books, Entry},
    money::stored,
    refusal::At,
};

/// Records what a campaign spent. One that has reached its budget by it is paused.
#[derive(Clone, Debug, Serialize)]
pub struct RecordSpend {
    /// The campaign.
    pub campaign_id: Uuid,
    /// How much, in the currency of the campaign.
    pub amount: Decimal,
    /// On which day; none for today.
    pub date: Option<NaiveDate>,
    /// More about it.
    pub description: Option<String>,
    /// What it is called elsewhere.
    pub external_id: Option<String>,
}

/// What was recorded.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Spent {
    /// The campaign.
    pub campaign: Uuid,
    /// The expense.
    pub transaction: Uuid,
}

impl Verb for RecordSpend {
    type Outcome = Spent;
    const OPERATION: Operation = Operation::RecordCampaignSpend;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Spent> {
        let campaign = lock(unit, self.campaign_id).await.at(["campaignId"])?;
        check_rights(unit, &campaign).await.at(["campaignId"])?;
        let entry = Entry {
            day: self.date,
            description: self.description.clone(),
            agent_id: unit.principal().agent.or(campaign.owner_agent_id),
            campaign_id: Some(campaign.id),
            slice_id: campaign.budget_slice_id,
            external_id: self.external_id.clone(),
            is_fact: true,
            ..Entry::expense(CATEGORY, self.amount, &campaign.currency)
        };
        let transaction = books::record(unit, entry).await?.id;
        let campaign: campaigns::Model = edit::find(unit, self.campaign_id).await?;
        let changes = [
            ("transactionId", json!(transaction)),
            ("amount", json!(stored(self.amount).to_string())),
            ("spent", json!(stored(campaign.spent).to_string())),
            ("currency", json!(campaign.currency)),
        ];
        tell(unit, EventKind::CampaignSpent, &campaign, 0, changes);
        let has_reached = campaign.budget.is_some_and(|budget| spent(&campaign) >= budget);
        if has_reached && campaign.status == CampaignStatus::Active {
            budget::pause(unit, Self::OPERATION, &campaign).await?;
        }
        Ok(Spent { campaign: campaign.id, transaction })
    }
}
