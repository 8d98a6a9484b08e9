//! Which agents and campaigns a payment is owed to, by several models.

use entity::{
    revenue_attribution,
    sea_orm_active_enums::{
        AttributionModel::{self, FirstTouch, LastTouch, Linear, PositionBased},
        CampaignType, TransactionType,
    },
    transactions,
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    Who,
    house::{House, dice},
};

/// The shares of a model in hundredths of a percent, in the order of the touches.
const SHARES: [(AttributionModel, &[(Who, i64)]); 4] = [
    (FirstTouch, &[(Who::Marketing, 10_000)]),
    (LastTouch, &[(Who::Sales, 10_000)]),
    (Linear, &[(Who::Marketing, 3_333), (Who::Sales, 3_334), (Who::Support, 3_333)]),
    (PositionBased, &[(Who::Marketing, 4_000), (Who::Support, 2_000), (Who::Sales, 4_000)]),
];

pub(super) fn plant(house: &mut House) {
    let mut dice = dice("attribution");
    let payments: Vec<transactions::Model> =
        house.rows.transactions.iter().filter(|entry| entry.r#type == TransactionType::Revenue).cloned().collect();
    for payment in payments {
        let running = campaign_of(house, &payment);
        let campaign = running.filter(|_| dice.percent(60));
        for (model, shares) in SHARES {
            // Every payment has a last touch; the costlier models are computed for some.
            if model != LastTouch && dice.percent(50) {
                continue;
            }
            for (touch, (who, percentage)) in (1..).zip(shares) {
                let share = revenue_attribution::Model {
                    id: house.id("revenue_attribution", payment.created_at.to_utc()),
                    transaction_id: payment.id,
                    agent_id: house.agent(*who),
                    campaign_id: campaign.filter(|_| *who == Who::Marketing),
                    attribution_model: model,
                    attribution_percentage: Decimal::new(*percentage, 2),
                    touchpoint_data: json!({ "touch": touch, "of": shares.len() }),
                    created_at: payment.created_at,
                };
                house.rows.revenue_attribution.push(share);
            }
        }
    }
}

/// A campaign that ran on the day of the payment.
fn campaign_of(house: &House, payment: &transactions::Model) -> Option<Uuid> {
    let day = Some(payment.transaction_date);
    (house.rows.campaigns.iter())
        .find(|campaign| campaign.start_date <= day && campaign.end_date >= day && campaign.r#type != CampaignType::Sms)
        .map(|campaign| campaign.id)
}
