//! What a campaign can be.

use chrono::{Datelike, NaiveDate};
use entity::{
    agents, budget_slices, campaigns, content, customer_segments, email_lists, goals,
    sea_orm_active_enums::{CampaignType, ConsentChannel},
};
use uuid::Uuid;

use super::book::CATEGORY;
use crate::{
    Error, Result, UnitOfWork,
    access::within,
    catalog::fields::required,
    edit::{self, EditableRow, check},
    money::currency,
    principal::Role,
    refusal::{At, Code, Refusal},
    value,
};

/// The most messages of a minute.
const MOST_A_MINUTE: i32 = 60_000;

/// The channel on which a campaign reaches people one by one; none if it does not.
pub(super) fn channel(campaign: CampaignType) -> Option<ConsentChannel> {
    match campaign {
        CampaignType::Email => Some(ConsentChannel::Email),
        CampaignType::Sms => Some(ConsentChannel::Sms),
        CampaignType::Social | CampaignType::Ads => None,
    }
}

/// Refuses what no campaign can be, and takes blanks away.
pub(super) fn check(campaign: &mut campaigns::Model) -> Result<(), Refusal> {
    campaign.name = required("name", &campaign.name, check::NAME)?;
    currency::check_code("currency", &campaign.currency)?;
    if let Some(budget) = campaign.budget {
        currency::check_price("budget", budget, &campaign.currency)?;
    }
    currency::check_price("costPerMessage", campaign.cost_per_message, &campaign.currency)?;
    check::within("sendsPerMinute", campaign.sends_per_minute, 1..=MOST_A_MINUTE)?;
    check_day("startDate", campaign.start_date)?;
    check_day("endDate", campaign.end_date)?;
    if campaign.start_date.zip(campaign.end_date).is_some_and(|(start, end)| end < start) {
        return Err(check::invalid("endDate", "`endDate` is before `startDate`"));
    }
    if campaign.target_segment_id.is_some() && campaign.target_list_id.is_some() {
        let message = "a campaign has one target: give either `targetSegmentId` or `targetListId`";
        return Err(check::invalid("targetListId", message));
    }
    match campaign.target_list_id.is_some() && campaign.r#type != CampaignType::Email {
        true => Err(check::invalid("targetListId", "only an email campaign is sent to an email list")),
        false => Ok(()),
    }
}

fn check_day(field: &str, day: Option<NaiveDate>) -> Result<(), Refusal> {
    match day.is_some_and(|day| !value::is_known_year(day.year())) {
        true => Err(check::invalid(field, value::YEARS)),
        false => Ok(()),
    }
}

/// Refuses ids that name nothing, or what the principal does not act for: those that differ from `before`.
pub(super) async fn check_references(
    unit: &UnitOfWork,
    before: Option<&campaigns::Model>,
    campaign: &campaigns::Model,
) -> Result<()> {
    let changed = |of: fn(&campaigns::Model) -> Option<Uuid>| {
        let before = before.and_then(of);
        of(campaign).filter(|id| before != Some(*id))
    };
    exists::<goals::Model>(unit, "goalId", changed(|row| row.goal_id)).await?;
    exists::<customer_segments::Model>(unit, "targetSegmentId", changed(|row| row.target_segment_id)).await?;
    exists::<email_lists::Model>(unit, "targetListId", changed(|row| row.target_list_id)).await?;
    exists::<content::Model>(unit, "contentId", changed(|row| row.content_id)).await?;
    let owner = changed(|row| row.owner_agent_id);
    exists::<agents::Model>(unit, "ownerAgentId", owner).await?;
    within(unit, owner).await.at(["ownerAgentId"])?;
    match changed(|row| row.budget_slice_id) {
        Some(slice) => check_category(&check_slice(unit, slice).await.at(["budgetSliceId"])?),
        None => Ok(()),
    }
}

/// Refuses a budget that is for something else than campaigns.
fn check_category(category: &str) -> Result<()> {
    match category {
        CATEGORY => Ok(()),
        _ => {
            let message = format!("the budget is for {category:?}, but what campaigns cost is {CATEGORY:?}");
            Err(check::invalid("budgetSliceId", message).into())
        }
    }
}

/// Refuses a campaign that the principal does not act for. One without an owner is for whoever may spend its slice. No
/// path.
pub(super) async fn check_rights(unit: &UnitOfWork, campaign: &campaigns::Model) -> Result<()> {
    match (campaign.owner_agent_id, campaign.budget_slice_id) {
        (None, Some(slice)) => check_slice(unit, slice).await.map(drop),
        (owner, _) => within(unit, owner).await,
    }
}

async fn exists<R: EditableRow>(unit: &UnitOfWork, field: &str, id: Option<Uuid>) -> Result<()> {
    match id {
        Some(id) => edit::find::<R>(unit, id).await.map(drop).at([field]),
        None => Ok(()),
    }
}

/// Refuses a slice of a budget that the principal may not spend; the category of the budget. No path.
async fn check_slice(unit: &UnitOfWork, slice: Uuid) -> Result<String> {
    let mut sql = unit.sql();
    sql.push("SELECT COALESCE(s.agent_id, b.owner_agent_id) AS holder, b.category FROM budget_slices AS s ");
    sql.push("JOIN budgets AS b ON b.id = s.budget_id WHERE s.id = ").bind(slice);
    let rows = unit.rows(sql).await?;
    let noun = <budget_slices::Model as EditableRow>::NOUN;
    let found = rows.first().ok_or(Error::NotFound(noun, slice))?;
    let (holder, category): (Option<Uuid>, String) = (found.try_get_by("holder")?, found.try_get_by("category")?);
    if holder.is_none() && unit.principal().role == Role::Agent {
        let message = "the budget has no owner: only people and the orchestrator use its root slice";
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    within(unit, holder).await?;
    Ok(category)
}
