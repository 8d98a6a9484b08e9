//! Which agents and campaigns a payment is owed to, by several models.

use entity::{
    revenue_attribution,
    sea_orm_active_enums::{
        AttributionModel::{self, FirstTouch, LastTouch, Linear, Manual, PositionBased},
        CampaignType, TransactionType,
    },
    transactions,
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DemoBuilder, rng},
};

/// The shares of a model in hundredths of a percent, in the order of the touches.
const SHARES: [(AttributionModel, &[(DemoAgent, i64)]); 4] = [
    (FirstTouch, &[(DemoAgent::Marketing, 10_000)]),
    (LastTouch, &[(DemoAgent::Sales, 10_000)]),
    (Linear, &[(DemoAgent::Marketing, 3_333), (DemoAgent::Sales, 3_334), (DemoAgent::Support, 3_333)]),
    (PositionBased, &[(DemoAgent::Marketing, 4_000), (DemoAgent::Support, 2_000), (DemoAgent::Sales, 4_000)]),
];

/// How the sales of a fair were divided by hand.
const BY_HAND: [(DemoAgent, i64); 2] = [(DemoAgent::Sales, 7_000), (DemoAgent::Revenue, 3_000)];

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut rng = rng("attribution");
    let payments: Vec<transactions::Model> =
        demo.rows.transactions.iter().filter(|entry| entry.r#type == TransactionType::Revenue).cloned().collect();
    if let Some(first) = payments.first() {
        share(demo, first, None, Manual, &BY_HAND);
    }
    for payment in payments {
        let running = campaign_of(demo, &payment);
        let campaign = running.filter(|_| rng.percent(60));
        for (model, shares) in SHARES {
            // Every payment has a last touch; the costlier models are computed for some.
            if model != LastTouch && rng.percent(50) {
                continue;
            }
            share(demo, &payment, campaign, model, shares);
        }
    }
}

fn share(
    demo: &mut DemoBuilder,
    payment: &transactions::Model,
    campaign: Option<Uuid>,
    model: AttributionModel,
    shares: &[(DemoAgent, i64)],
) {
    for (touch, (who, percentage)) in (1..).zip(shares) {
        let share = revenue_attribution::Model {
            id: demo.id("revenue_attribution", payment.created_at.to_utc()),
            transaction_id: payment.id,
            agent_id: demo.agent(*who),
            // The last touch led from the campaign to the order.
            campaign_id: campaign.filter(|_| *who == DemoAgent::Marketing || model == LastTouch),
            attribution_model: model,
            attribution_percentage: Decimal::new(*percentage, 2),
            touchpoint_data: json!({ "touch": touch, "of": shares.len() }),
            created_at: payment.created_at,
        };
        demo.rows.revenue_attribution.push(share);
    }
}

/// A campaign that ran on the day of the payment.
fn campaign_of(demo: &DemoBuilder, payment: &transactions::Model) -> Option<Uuid> {
    let day = Some(payment.transaction_date);
    (demo.rows.campaigns.iter())
        .find(|campaign| campaign.start_date <= day && campaign.end_date >= day && campaign.r#type != CampaignType::Sms)
        .map(|campaign| campaign.id)
}
