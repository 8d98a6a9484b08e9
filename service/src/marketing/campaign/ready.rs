//! What a campaign needs before it is launched.

use entity::{
    campaigns, content,
    sea_orm_active_enums::{CampaignType, ContentStatus},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::fields::channel;
use crate::{
    Error, Result, UnitOfWork,
    authority::{self, Limit},
    edit,
    finance::cost::Cost,
    links,
    money::currency,
    payments::books,
    refusal::{At, Code, Refusal},
    settings, state,
};

/// Refuses a campaign that cannot be launched: without a target, with content that nobody approved, with costs that
/// cannot be booked, and one of e-mails from which nobody could unsubscribe. The path is `id`.
pub(super) async fn check(unit: &UnitOfWork, campaign: &campaigns::Model) -> Result<()> {
    if channel(campaign.r#type).is_some() {
        if campaign.target_segment_id.is_none() && campaign.target_list_id.is_none() {
            return Err(invalid("the campaign has no target: set `targetSegmentId` or `targetListId`").into());
        }
        if campaign.content_id.is_none() {
            return Err(invalid("the campaign has no content: set `contentId`").into());
        }
    }
    if campaign.r#type == CampaignType::Email {
        links::required(unit).at(["id"])?;
    }
    check_content(unit, campaign).await?;
    check_currency(unit, campaign).await
}

/// Nobody changes the content before the campaign is active: from then on that is refused.
async fn check_content(unit: &UnitOfWork, campaign: &campaigns::Model) -> Result<()> {
    let Some(id) = campaign.content_id else { return Ok(()) };
    let content: content::Model = edit::hold(unit, id).await.at(["id"])?;
    match content.status {
        ContentStatus::Approved | ContentStatus::Published => Ok(()),
        status => {
            let message = format!("the content is {}: have it approved with `submitContent`", state::name(&status));
            Err(state::refuse(status, ContentStatus::Approved, message).at(["id"]).into())
        }
    }
}

/// Messages are booked later, when no caller can be told what is missing.
async fn check_currency(unit: &UnitOfWork, campaign: &campaigns::Model) -> Result<()> {
    let settings = settings::load(unit).await?;
    let (cost, day) = (campaign.cost_per_message, books::day(&settings, unit.now()));
    match cost.is_zero() {
        true => Ok(()),
        false => Cost::on(unit, &settings, cost, &campaign.currency, day).await.map(drop).map_err(about_it),
    }
}

/// Refuses a campaign that may spend more than the limit of the agent that acts, unless an approval permits it. There
/// is no path yet.
pub(super) async fn check_authority(
    unit: &UnitOfWork,
    campaign: &campaigns::Model,
    approval: Option<Uuid>,
) -> Result<()> {
    let settings = settings::load(unit).await?;
    let most = most(campaign).min(currency::max_price());
    let asked = match campaign.currency == settings.currency || most.is_zero() {
        true => most,
        false => {
            let day = books::day(&settings, unit.now());
            let cost = Cost::on(unit, &settings, most, &campaign.currency, day).await.map_err(about_it)?;
            cost.in_shop_currency()
        }
    };
    authority::check(unit, campaign.owner_agent_id, Limit::Spend, asked, approval, ("Campaign", campaign.id)).await
}

/// The most that a campaign may spend: without a budget there is no end, unless its messages cost nothing.
pub(super) fn most(campaign: &campaigns::Model) -> Decimal {
    match campaign.budget {
        Some(budget) => budget,
        None if campaign.cost_per_message.is_zero() => Decimal::ZERO,
        None => Decimal::MAX,
    }
}

/// Says that a refusal, of whatever value, is about the campaign that the caller names.
pub(super) fn about_it(error: Error) -> Error {
    match error.into_refusal() {
        Ok(refusal) => refusal.at(["id"]).into(),
        Err(error) => error,
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(Code::Invalid, message).at(["id"])
}
