//! Campaigns that reached their budget: they are paused.

use entity::{campaigns, sea_orm_active_enums::CampaignStatus};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{book, tell};
use crate::{Result, UnitOfWork, access::Operation, edit, events::EventKind, money::stored};

/// What a campaign has spent, with the messages that are not in the books yet.
pub(super) fn spent(campaign: &campaigns::Model) -> Decimal {
    let unbooked = campaign.message_count.saturating_sub(campaign.booked_count);
    campaign.spent + campaign.cost_per_message * Decimal::from(unbooked)
}

/// Pauses an active campaign that is locked, because of its budget.
pub(super) async fn pause(unit: &mut UnitOfWork, operation: Operation, campaign: &campaigns::Model) -> Result<()> {
    let paused = pause_as(unit, operation, campaign).await?;
    let budget = paused.budget.map(|budget| stored(budget).to_string());
    let spent = stored(spent(&paused)).to_string();
    let changes = [("budget", json!(budget)), ("spent", json!(spent)), ("currency", json!(paused.currency))];
    tell(unit, EventKind::CampaignBudgetReached, &paused, 0, changes);
    Ok(())
}

/// Pauses a campaign that is locked: what was sent is booked. Gives the campaign as it was after booking.
pub(super) async fn pause_as(
    unit: &mut UnitOfWork,
    operation: Operation,
    campaign: &campaigns::Model,
) -> Result<campaigns::Model> {
    let before = booked(unit, campaign).await?;
    let mut paused = before.clone();
    paused.status = CampaignStatus::Paused;
    edit::update(unit, operation, EventKind::CampaignPaused, &before, paused).await?;
    Ok(before)
}

/// Books what was sent of a campaign that is locked; the campaign as it is then.
pub(super) async fn booked(unit: &mut UnitOfWork, campaign: &campaigns::Model) -> Result<campaigns::Model> {
    book::book(unit, campaign, None).await?;
    let id: Uuid = campaign.id;
    edit::find(unit, id).await
}
