//! What campaigns bring.

use async_graphql::{ComplexObject, Context, SimpleObject};
use rust_decimal::Decimal;
use service::{
    Result,
    insight::{Unit, campaigns},
};
use uuid::Uuid;

use crate::{
    marketing::Campaign,
    read::{
        row::{self, Row},
        scalars::Id,
    },
};

/// What a campaign sent, cost and brought in a period. Amounts are in `shop.currency`.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct CampaignPerformance {
    /// The campaign.
    campaign_id: Id,
    /// Messages that were sent.
    sent: i64,
    /// Of these, messages of which a link was opened, at any time.
    clicked: i64,
    /// `clicked` / `sent`, with 4 digits; null if nothing was sent.
    click_rate: Option<Decimal>,
    /// Expenses that name it.
    spend: Decimal,
    /// Revenue less refunds that it is credited with. A refund is shared as the earliest revenue of its order.
    attributed: Decimal,
    /// `attributed` / `spend` (ROAS), with 4 digits; null if nothing was spent.
    return_on_ad_spend: Option<Decimal>,
    /// `returnOnAdSpend` − 1 (ROI).
    return_on_investment: Option<Decimal>,
}

#[ComplexObject]
impl CampaignPerformance {
    /// The campaign.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Row<Campaign>> {
        Box::pin(row::to_one(ctx, &self.campaign_id)).await
    }
}

impl CampaignPerformance {
    pub(super) fn new(id: Uuid, found: &campaigns::Campaign) -> Self {
        Self {
            campaign_id: Id(id),
            sent: found.sent,
            clicked: found.clicked,
            click_rate: found.click_rate(),
            spend: Unit::Money.rounded(found.spend),
            attributed: Unit::Money.rounded(found.attributed),
            return_on_ad_spend: found.return_on_ad_spend(),
            return_on_investment: found.return_on_investment(),
        }
    }
}
