//! Whom customers met before they bought: revenue is credited by these.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{orders, sea_orm_active_enums::CampaignType, touchpoints};
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, HOUR, rng},
};

/// What was met: an agent or a campaign, where, and how.
struct Met {
    agent: Option<Uuid>,
    campaign: Option<Uuid>,
    channel: &'static str,
    kind: &'static str,
}

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut touches = Vec::new();
    interactions(demo, &mut touches);
    recipients(demo, &mut touches);
    before_orders(demo, &mut touches);
    touches.sort_by_key(|touch| touch.occurred_at);
    for mut touch in touches {
        touch.id = demo.id("touchpoints", touch.occurred_at.to_utc());
        demo.rows.touchpoints.push(touch);
    }
}

/// A touchpoint without its id.
fn touch(customer: Uuid, met: Met, at: DateTime<Utc>) -> touchpoints::Model {
    touchpoints::Model {
        id: Uuid::nil(),
        customer_id: customer,
        agent_id: met.agent,
        campaign_id: met.campaign,
        channel: met.channel.to_owned(),
        kind: met.kind.to_owned(),
        occurred_at: at.into(),
        external_id: None,
        created_at: at.into(),
    }
}

fn interactions(demo: &DemoBuilder, touches: &mut Vec<touchpoints::Model>) {
    for said in &demo.rows.customer_interactions {
        let met = Met { agent: said.agent_id, campaign: None, channel: "", kind: "interaction" };
        let channel = said.channel.to_value().value.to_string();
        let touch = touch(said.customer_id, met, said.created_at.to_utc());
        touches.push(touchpoints::Model { channel, ..touch });
    }
}

/// Opening a message and following a link in it.
fn recipients(demo: &DemoBuilder, touches: &mut Vec<touchpoints::Model>) {
    for row in &demo.rows.campaign_recipients {
        for (kind, at) in [("opened", row.opened_at), ("clicked", row.clicked_at)] {
            let (Some(customer), Some(at)) = (row.customer_id, at) else { continue };
            let met = Met { agent: None, campaign: Some(row.campaign_id), channel: "email", kind };
            touches.push(touch(customer, met, at.to_utc()));
        }
    }
}

/// What led to an order: marketing, advice, a talk with sales.
fn before_orders(demo: &DemoBuilder, touches: &mut Vec<touchpoints::Model>) {
    let mut rng = rng("touchpoints");
    let agent = |who| Some(demo.agent(who));
    for order in &demo.rows.orders {
        let (Some(customer), Some(placed)) = (order.customer_id, order.placed_at) else { continue };
        let mut add = |met, minutes: i64| {
            let at = known_since(demo, order).max(placed.to_utc() - TimeDelta::minutes(minutes));
            touches.push(touch(customer, met, at));
        };
        let days = rng.between(3, 10);
        match running(demo, placed.to_utc() - TimeDelta::days(days)).filter(|_| rng.percent(60)) {
            Some((campaign, channel)) => {
                add(Met { agent: None, campaign: Some(campaign), channel, kind: "clicked" }, days * DAY);
            }
            None => {
                let agent = agent(DemoAgent::Marketing);
                add(Met { agent, campaign: None, channel: "website", kind: "visited" }, days * DAY);
            }
        }
        if rng.percent(35) {
            let agent = agent(DemoAgent::Support);
            add(Met { agent, campaign: None, channel: "chat", kind: "advice" }, rng.between(DAY, 2 * DAY));
        }
        if rng.percent(60) {
            let agent = agent(DemoAgent::Sales);
            add(Met { agent, campaign: None, channel: "email", kind: "quote" }, rng.between(HOUR, 20 * HOUR));
        }
    }
}

/// Since when the customer of an order is known.
fn known_since(demo: &DemoBuilder, order: &orders::Model) -> DateTime<Utc> {
    let customer = demo.rows.customers.iter().find(|customer| Some(customer.id) == order.customer_id);
    customer.map(|customer| customer.created_at.to_utc()).unwrap_or_default()
}

/// A campaign that ran on the day, and where it met people.
fn running(demo: &DemoBuilder, at: DateTime<Utc>) -> Option<(Uuid, &'static str)> {
    let day = Some(at.date_naive());
    let mut campaigns = demo.rows.campaigns.iter().filter(|campaign| campaign.launched_at.is_some());
    campaigns.find_map(|campaign| {
        let channel = match campaign.r#type {
            CampaignType::Social => "social",
            CampaignType::Ads => "website",
            CampaignType::Email | CampaignType::Sms => return None,
        };
        (campaign.start_date <= day && campaign.end_date >= day).then_some((campaign.id, channel))
    })
}
