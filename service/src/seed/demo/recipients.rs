//! To whom campaigns were sent, and what came of it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    campaign_recipients, campaigns, customers,
    sea_orm_active_enums::{
        CampaignStatus::Completed,
        CampaignType, ConsentChannel, ConsentState,
        RecipientStatus::{self, Failed, Sent, Skipped, Unknown},
    },
};
use uuid::Uuid;

use super::builder::{DemoBuilder, rng};
use crate::seed::rng::Rng;

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut rng = rng("recipients");
    for place in 0..demo.rows.campaigns.len() {
        let campaign = demo.rows.campaigns[place].clone();
        if campaign.r#type != CampaignType::Email || campaign.status != Completed {
            continue;
        }
        let Some(launched) = campaign.launched_at.map(|at| at.to_utc()) else { continue };
        for (minutes, customer) in (1..).zip(targets(demo, &campaign, launched)) {
            let at = launched + TimeDelta::minutes(minutes);
            let status = if allows(demo, &customer, at) { outcome(&mut rng) } else { Skipped };
            let row = recipient(demo, &mut rng, (&campaign, launched), &customer, status, at);
            demo.rows.campaign_recipients.push(row);
        }
        let own = demo.rows.campaign_recipients.iter().filter(|row| row.campaign_id == campaign.id);
        let sent = own.filter(|row| matches!(row.status, Sent | Unknown)).count();
        let sent = i32::try_from(sent).unwrap_or(i32::MAX);
        demo.rows.campaigns[place].message_count = sent;
        demo.rows.campaigns[place].booked_count = sent;
    }
}

/// The customers of the campaign's segment who were known when it was launched.
fn targets(demo: &DemoBuilder, campaign: &campaigns::Model, launched: DateTime<Utc>) -> Vec<customers::Model> {
    let members = demo.rows.customer_segment_members.iter();
    let members: Vec<Uuid> = members
        .filter(|member| Some(member.segment_id) == campaign.target_segment_id)
        .map(|member| member.customer_id)
        .collect();
    let customers = demo.rows.customers.iter();
    customers.filter(|customer| members.contains(&customer.id) && customer.created_at < launched).cloned().collect()
}

/// Whether the latest consent at that time is one.
fn allows(demo: &DemoBuilder, customer: &customers::Model, at: DateTime<Utc>) -> bool {
    let said = demo.rows.consents.iter().rfind(|said| {
        said.channel == ConsentChannel::Email
            && Some(&said.address_hash) == customer.email_hash.as_ref()
            && said.occurred_at < at
    });
    said.is_some_and(|said| said.state == ConsentState::Granted)
}

fn outcome(rng: &mut Rng) -> RecipientStatus {
    match rng.below(100) {
        0..3 => Failed,
        3..6 => Unknown,
        _ => Sent,
    }
}

fn recipient(
    demo: &mut DemoBuilder,
    rng: &mut Rng,
    (campaign, launched): (&campaigns::Model, DateTime<Utc>),
    customer: &customers::Model,
    status: RecipientStatus,
    at: DateTime<Utc>,
) -> campaign_recipients::Model {
    let id = demo.id("campaign_recipients", launched);
    let is_sent = status == Sent;
    let opened = (is_sent && rng.percent(55)).then(|| at + TimeDelta::minutes(rng.between(10, 3_000)));
    let clicked = opened.filter(|_| rng.percent(45)).map(|opened| opened + TimeDelta::minutes(2));
    campaign_recipients::Model {
        id,
        campaign_id: campaign.id,
        customer_id: Some(customer.id),
        address: Some(customer.email.clone()),
        address_hash: customer.email_hash.clone().unwrap_or_default(),
        status,
        skip_reason: (status == Skipped).then(|| "no_consent".to_owned()),
        task_id: None,
        send_attempts: i32::from(status != Skipped),
        provider_message_id: is_sent.then(|| format!("message-{id}")),
        sent_at: is_sent.then(|| at.into()),
        delivered_at: is_sent.then(|| (at + TimeDelta::seconds(40)).into()),
        opened_at: opened.map(Into::into),
        clicked_at: clicked.map(Into::into),
        bounced_at: None,
        complained_at: None,
        unsubscribed_at: None,
        created_at: launched.into(),
        updated_at: clicked.or(opened).unwrap_or(at).into(),
    }
}
