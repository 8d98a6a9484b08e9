//! Which agents and campaigns a payment is owed to, by several models, from what customers met before.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    revenue_attribution,
    sea_orm_active_enums::{
        AttributionModel::{self, FirstTouch, LastTouch, Linear, Manual, PositionBased},
        TransactionType,
    },
    transactions,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    DemoAgent,
    builder::{DemoBuilder, rng},
};
use crate::finance::attribution::model::{Credited, shares};

/// How many days before an order a touch counts.
const WINDOW: i64 = 30;

/// How the sales of a fair were divided by hand, in hundredths of a percent.
const BY_HAND: [(DemoAgent, i64); 2] = [(DemoAgent::Sales, 7_000), (DemoAgent::Revenue, 3_000)];

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut rng = rng("attribution");
    let payments: Vec<transactions::Model> =
        demo.rows.transactions.iter().filter(|entry| entry.r#type == TransactionType::Revenue).cloned().collect();
    if let Some(first) = payments.first() {
        for (who, share) in BY_HAND {
            let of = Credited { agent: demo.agent(who), campaign: None };
            credit(demo, first, Manual, of, Decimal::new(share, 2), json!({}));
        }
    }
    for payment in payments {
        let touches = touches(demo, &payment);
        for model in [FirstTouch, LastTouch, Linear, PositionBased] {
            // Every payment has a last touch; the costlier models are computed for some.
            if model != LastTouch && rng.percent(50) {
                continue;
            }
            for share in shares(model, &touches) {
                let data = json!({ "touches": share.touches, "of": touches.len(), "windowDays": WINDOW });
                credit(demo, &payment, model, share.of, share.percentage, data);
            }
        }
    }
}

/// What the customer met in the days before the order of a payment.
fn touches(demo: &DemoBuilder, payment: &transactions::Model) -> Vec<Credited> {
    let order = demo.rows.orders.iter().find(|order| Some(order.id) == payment.order_id);
    let Some(order) = order else { return Vec::new() };
    let until: DateTime<Utc> = order.placed_at.unwrap_or(order.created_at).to_utc();
    let from = until - TimeDelta::days(WINDOW);
    let met = demo.rows.touchpoints.iter().filter(|touch| Some(touch.customer_id) == order.customer_id);
    let met = met.filter(|touch| touch.occurred_at >= from && touch.occurred_at <= until);
    let credited = met.filter_map(|touch| {
        let campaign = demo.rows.campaigns.iter().find(|campaign| Some(campaign.id) == touch.campaign_id);
        let owner = || campaign.and_then(|campaign| campaign.owner_agent_id);
        Some(Credited { agent: touch.agent_id.or_else(owner)?, campaign: touch.campaign_id })
    });
    credited.collect()
}

fn credit(
    demo: &mut DemoBuilder,
    payment: &transactions::Model,
    model: AttributionModel,
    of: Credited,
    percentage: Decimal,
    touchpoint_data: Value,
) {
    let share = revenue_attribution::Model {
        id: demo.id("revenue_attribution", payment.created_at.to_utc()),
        transaction_id: payment.id,
        agent_id: of.agent,
        campaign_id: of.campaign,
        attribution_model: model,
        attribution_percentage: percentage,
        touchpoint_data,
        created_at: payment.created_at,
    };
    demo.rows.revenue_attribution.push(share);
}
