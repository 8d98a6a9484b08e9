//! Campaigns, contents, lists and subscribers.

use chrono::TimeDelta;
use entity::{
    campaigns, content, email_lists, email_subscribers,
    sea_orm_active_enums::{CampaignStatus, CampaignType, ContentStatus, EmailListType, SubscriptionStatus},
};
use rust_decimal::Decimal;
use sea_orm::Iterable;
use serde_json::json;

use super::{Rows, Totals, Trial, customers};

pub(super) fn campaign(trial: &Trial, totals: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("campaigns", number);
    let created = trial.time("campaigns", number);
    let kinds: Vec<_> = CampaignType::iter().collect();
    let statuses: Vec<_> = CampaignStatus::iter().collect();
    rows.campaigns.push(campaigns::Model {
        id: trial.id("campaigns", number),
        name: format!("Trial {} campaign {number}", trial.seed()),
        r#type: dice.pick(&kinds),
        goal_id: Some(trial.id("goals", trial.any(&mut dice, "goals"))),
        owner_agent_id: Some(trial.any_agent(&mut dice)),
        target_segment_id: Some(trial.id("customer_segments", trial.any(&mut dice, "customer_segments"))),
        status: dice.pick(&statuses),
        budget: Some(Decimal::new(2_500_000, 2)),
        spent: totals.campaigns[usize::try_from(number).unwrap_or_default()],
        currency: "USD".to_owned(),
        start_date: Some(created.date_naive()),
        end_date: Some(created.date_naive() + TimeDelta::days(dice.between(1, 60))),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn content(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("content", number);
    let created = trial.time("content", number);
    let statuses: Vec<_> = ContentStatus::iter().collect();
    let status = dice.pick(&statuses);
    rows.content.push(content::Model {
        id: trial.id("content", number),
        r#type: dice.pick(&["newsletter", "social_post", "blog_post", "ad_creative"]).to_owned(),
        title: Some(format!("Trial {} content {number}", trial.seed())),
        body: Some("A text that nobody reads. ".repeat(20)),
        metadata: json!({}),
        created_by_agent_id: Some(trial.any_agent(&mut dice)),
        campaign_id: Some(trial.id("campaigns", trial.any(&mut dice, "campaigns"))),
        status,
        performance_metrics: json!({ "shown": dice.below(9_000) }),
        published_at: (status == ContentStatus::Published).then(|| created.into()),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn list(trial: &Trial, totals: &Totals, number: u64, rows: &mut Rows) {
    let created = trial.time("email_lists", number);
    rows.email_lists.push(email_lists::Model {
        id: trial.id("email_lists", number),
        name: format!("Trial {} list {number}", trial.seed()),
        description: None,
        r#type: EmailListType::Static,
        criteria: None,
        is_active: true,
        subscriber_count: totals.subscribers[usize::try_from(number).unwrap_or_default()],
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

/// The list and the state of a subscription.
pub(super) fn subscription(trial: &Trial, number: u64) -> (usize, SubscriptionStatus) {
    let status = match trial.dice("email_subscribers", number).below(100) {
        0..85 => SubscriptionStatus::Subscribed,
        85..95 => SubscriptionStatus::Unsubscribed,
        95..98 => SubscriptionStatus::Bounced,
        _ => SubscriptionStatus::Pending,
    };
    (usize::try_from(number % trial.count("email_lists")).unwrap_or_default(), status)
}

pub(super) fn subscriber(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let created = trial.time("email_subscribers", number);
    let (list, status) = subscription(trial, number);
    // Some are customers, the others are only readers.
    let customer = (number < trial.count("customers")).then_some(number);
    let left = trial.later(created, 86_400);
    rows.email_subscribers.push(email_subscribers::Model {
        email: match customer {
            Some(number) => customers::email(trial, number),
            None => format!("reader-{number}.trial-{}@example.com", trial.seed()),
        },
        list_id: trial.id("email_lists", list as u64),
        customer_id: customer.map(|number| trial.id("customers", number)),
        status,
        subscribed_at: created.into(),
        unsubscribed_at: (status == SubscriptionStatus::Unsubscribed).then(|| left.into()),
        created_at: created.into(),
        updated_at: created.into(),
    });
}
