//! Campaigns, contents, lists and subscribers.

use chrono::TimeDelta;
use entity::{
    campaign_recipients, campaigns, content, email_lists, email_subscribers,
    sea_orm_active_enums::{
        CampaignStatus, CampaignType, ConsentChannel, ContentStatus, EmailListType, RecipientStatus, SubscriptionStatus,
    },
};
use rust_decimal::Decimal;
use sea_orm::Iterable;
use serde_json::json;

use super::{LoadData, Rows, Totals, consents, customers};
use crate::customers::address;

pub(super) fn campaign(data: &LoadData, totals: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("campaigns", number);
    let created = data.time("campaigns", number);
    let kinds: Vec<_> = CampaignType::iter().collect();
    let statuses: Vec<_> = CampaignStatus::iter().collect();
    let campaign = usize::try_from(number).unwrap_or_default();
    rows.campaigns.push(campaigns::Model {
        id: data.id("campaigns", number),
        name: format!("Trial {} campaign {number}", data.seed()),
        r#type: rng.pick(&kinds),
        goal_id: Some(data.id("goals", data.any(&mut rng, "goals"))),
        owner_agent_id: Some(data.any_agent(&mut rng)),
        target_segment_id: Some(data.id("customer_segments", data.any(&mut rng, "customer_segments"))),
        status: rng.pick(&statuses),
        budget: Some(Decimal::new(2_500_000, 2)),
        spent: totals.campaigns[campaign],
        currency: "USD".to_owned(),
        start_date: Some(created.date_naive()),
        end_date: Some(created.date_naive() + TimeDelta::days(rng.between(1, 60))),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        target_list_id: None,
        content_id: None,
        budget_slice_id: None,
        scheduled_at: None,
        launched_at: None,
        ended_at: None,
        cost_per_message: Decimal::new(0, 2),
        message_count: totals.messages[campaign],
        booked_count: totals.messages[campaign],
        sends_per_minute: 600,
        resend_unknown: false,
        next_turn_at: None,
    });
}

/// The campaign of a recipient, and whether it got no message.
pub(super) fn message(data: &LoadData, number: u64) -> (usize, bool) {
    let campaign = usize::try_from(number % data.count("campaigns")).unwrap_or_default();
    (campaign, data.rng("campaign_recipients", number).percent(10))
}

/// One after another for each campaign: customers are asked once by each.
pub(super) fn recipient(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let created = data.time("campaign_recipients", number);
    let (campaign, is_skipped) = message(data, number);
    let customer = number / data.count("campaigns");
    let email = customers::email(data, customer);
    let sent = (!is_skipped).then(|| data.later(created, 60).into());
    rows.campaign_recipients.push(campaign_recipients::Model {
        id: data.id("campaign_recipients", number),
        campaign_id: data.id("campaigns", campaign as u64),
        customer_id: Some(data.id("customers", customer)),
        address_hash: address::hash(ConsentChannel::Email, &email),
        address: Some(email),
        status: if is_skipped { RecipientStatus::Skipped } else { RecipientStatus::Sent },
        skip_reason: is_skipped.then(|| "no_consent".to_owned()),
        task_id: None,
        send_attempts: i32::from(!is_skipped),
        provider_message_id: None,
        sent_at: sent,
        delivered_at: sent,
        opened_at: None,
        clicked_at: None,
        bounced_at: None,
        complained_at: None,
        unsubscribed_at: None,
        created_at: created.into(),
        updated_at: sent.unwrap_or(created.into()),
    });
}

pub(super) fn content(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("content", number);
    let created = data.time("content", number);
    let statuses: Vec<_> = ContentStatus::iter().collect();
    let status = rng.pick(&statuses);
    rows.content.push(content::Model {
        id: data.id("content", number),
        r#type: rng.pick(&["newsletter", "social_post", "blog_post", "ad_creative"]).to_owned(),
        title: Some(format!("Trial {} content {number}", data.seed())),
        body: Some("A text that nobody reads. ".repeat(20)),
        metadata: json!({}),
        created_by_agent_id: Some(data.any_agent(&mut rng)),
        campaign_id: Some(data.id("campaigns", data.any(&mut rng, "campaigns"))),
        status,
        performance_metrics: json!({ "shown": rng.below(9_000) }),
        published_at: (status == ContentStatus::Published).then(|| created.into()),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        reviewed_by: None,
        reviewed_at: None,
    });
}

pub(super) fn list(data: &LoadData, totals: &Totals, number: u64, rows: &mut Rows) {
    let created = data.time("email_lists", number);
    rows.email_lists.push(email_lists::Model {
        id: data.id("email_lists", number),
        name: format!("Trial {} list {number}", data.seed()),
        description: None,
        r#type: EmailListType::Static,
        criteria: None,
        is_active: true,
        subscriber_count: totals.subscribers[usize::try_from(number).unwrap_or_default()],
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        double_opt_in: false,
        refresh_minutes: None,
        next_compute_at: None,
    });
}

/// The list and the state of a subscription.
pub(super) fn subscription(data: &LoadData, number: u64) -> (usize, SubscriptionStatus) {
    let status = match data.rng("email_subscribers", number).below(100) {
        0..85 => SubscriptionStatus::Subscribed,
        85..95 => SubscriptionStatus::Unsubscribed,
        95..98 => SubscriptionStatus::Bounced,
        _ => SubscriptionStatus::Pending,
    };
    (usize::try_from(number % data.count("email_lists")).unwrap_or_default(), status)
}

pub(super) fn subscriber(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let created = data.time("email_subscribers", number);
    let (list, status) = subscription(data, number);
    // Some are customers, the others are only readers.
    let customer = (number < data.count("customers")).then_some(number);
    let left = data.later(created, 86_400);
    let email = match customer {
        Some(number) => customers::email(data, number),
        None => format!("reader-{number}.trial-{}@example.com", data.seed()),
    };
    let hash = address::hash(ConsentChannel::Email, &email);
    rows.consents.extend(consents::of(data, number, customer, &hash, status));
    rows.email_subscribers.push(email_subscribers::Model {
        email,
        list_id: data.id("email_lists", list as u64),
        customer_id: customer.map(|number| data.id("customers", number)),
        status,
        subscribed_at: created.into(),
        unsubscribed_at: (status == SubscriptionStatus::Unsubscribed).then(|| left.into()),
        created_at: created.into(),
        updated_at: created.into(),
        address_hash: Some(hash),
        source: "api".to_owned(),
        confirmed_at: None,
    });
}
