//! How the budgets are handed down, and what is promised of them.

use chrono::TimeDelta;
use entity::{
    budget_reservations, budget_slices, budgets,
    sea_orm_active_enums::{
        BudgetReservationStatus::{self, Committed, Expired, Held, Released},
        CampaignStatus,
    },
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder},
    catalog::usd,
    finance::{ADVERTISING, counts_on},
};

/// What marketing gets of each month's budget for advertising, in US dollars.
const HANDED_DOWN: i64 = 500;
/// What is promised of it this month, in US dollars.
const PROMISED: i64 = 60;

pub(super) fn build(demo: &mut DemoBuilder) {
    let latest = demo.rows.budgets.iter().rposition(|budget| budget.category == ADVERTISING);
    for (place, budget) in demo.rows.budgets.clone().into_iter().enumerate() {
        let mut root = slice(demo, &budget, None, budget.allocated_amount);
        root.spent_amount = budget.spent_amount;
        if budget.category != ADVERTISING {
            finish(demo, root);
            continue;
        }
        let mut below = slice(demo, &budget, Some(root.id), usd(HANDED_DOWN));
        if Some(place) == latest {
            below.reserved_amount = usd(PROMISED);
        }
        pay(demo, &budget, &mut below);
        root.delegated_amount = below.allocated_amount;
        root.spent_amount -= below.spent_amount;
        finish(demo, root);
        finish(demo, below);
    }
    reserve(demo);
    pay_campaigns(demo);
}

/// An empty slice, of the whole budget or of marketing.
fn slice(
    demo: &mut DemoBuilder,
    budget: &budgets::Model,
    parent: Option<Uuid>,
    allocated: Decimal,
) -> budget_slices::Model {
    let nothing = Decimal::new(0, 2);
    budget_slices::Model {
        id: demo.id("budget_slices", budget.created_at.to_utc()),
        budget_id: budget.id,
        parent_id: parent,
        agent_id: parent.map(|_| demo.agent(DemoAgent::Marketing)),
        allocated_amount: allocated,
        delegated_amount: nothing,
        reserved_amount: nothing,
        spent_amount: nothing,
        alert_level: 0,
        version: 1,
        created_at: budget.created_at,
        updated_at: budget.created_at,
    }
}

/// Keeps a slice, with the highest level of alert that it has reached.
fn finish(demo: &mut DemoBuilder, mut slice: budget_slices::Model) {
    let used = slice.reserved_amount + slice.spent_amount;
    let own = slice.allocated_amount - slice.delegated_amount;
    let is_reached = |level: &&i32| used > Decimal::ZERO && used * Decimal::ONE_HUNDRED >= own * Decimal::from(**level);
    slice.alert_level = [100, 90, 80].iter().find(is_reached).copied().unwrap_or_default();
    demo.rows.budget_slices.push(slice);
}

/// Pays the month's bills of campaigns from a slice, as long as it has the money; the root bears the others.
fn pay(demo: &mut DemoBuilder, budget: &budgets::Model, slice: &mut budget_slices::Model) {
    let bills = demo.rows.transactions.iter_mut().filter(|entry| entry.campaign_id.is_some());
    for bill in bills.filter(|entry| counts_on(entry, budget)) {
        if slice.spent_amount + slice.reserved_amount + bill.amount <= slice.allocated_amount {
            slice.spent_amount += bill.amount;
            bill.budget_slice_id = Some(slice.id);
        }
    }
}

/// Promises for campaigns: one that is still kept, and some of before.
fn reserve(demo: &mut DemoBuilder) {
    let slices: Vec<Uuid> =
        (demo.rows.budget_slices.iter()).filter(|slice| slice.parent_id.is_some()).map(|slice| slice.id).collect();
    let paid = demo.rows.transactions.iter().find(|entry| entry.budget_slice_id.is_some());
    let paid = paid.and_then(|entry| Some((entry.budget_slice_id?, entry.campaign_id, entry.amount)));
    if let Some((slice, campaign, amount)) = paid {
        let row = reservation(demo, slice, "First week of the campaign", amount, Committed, 175 * DAY);
        let row = budget_reservations::Model { spent_amount: amount, campaign_id: campaign, ..row };
        demo.rows.budget_reservations.push(row);
    }
    let (Some(before), Some(this)) = (slices.iter().rev().nth(1), slices.last()) else { return };
    let released = reservation(demo, *before, "A page in a magazine", usd(120), Released, 40 * DAY);
    let expired = reservation(demo, *before, "Prints for a fair", usd(80), Expired, 38 * DAY);
    let held = reservation(demo, *this, "Next week of the campaign", usd(PROMISED), Held, DAY / 4);
    let campaign = demo.rows.campaigns.iter().find(|campaign| campaign.status == CampaignStatus::Active);
    let held = budget_reservations::Model { campaign_id: campaign.map(|campaign| campaign.id), ..held };
    demo.rows.budget_reservations.extend([released, expired, held]);
}

/// A reservation for five days that was made `ago` minutes before now.
fn reservation(
    demo: &mut DemoBuilder,
    slice: Uuid,
    purpose: &str,
    amount: Decimal,
    status: BudgetReservationStatus,
    ago: i64,
) -> budget_reservations::Model {
    let created = demo.ago(ago);
    let ended = if status == Held { created } else { created + TimeDelta::days(5) };
    budget_reservations::Model {
        id: demo.id("budget_reservations", created),
        slice_id: slice,
        amount,
        spent_amount: Decimal::new(0, 2),
        status,
        purpose: purpose.to_owned(),
        task_id: None,
        campaign_id: None,
        effect_key: None,
        expires_at: Some((created + TimeDelta::days(5)).into()),
        created_at: created.into(),
        updated_at: ended.into(),
    }
}

/// The campaigns that run are paid from this month's slice of marketing.
fn pay_campaigns(demo: &mut DemoBuilder) {
    let this = demo.rows.budget_slices.iter().rfind(|slice| slice.parent_id.is_some()).map(|slice| slice.id);
    for campaign in demo.rows.campaigns.iter_mut().filter(|campaign| campaign.status == CampaignStatus::Active) {
        campaign.budget_slice_id = this;
    }
}
