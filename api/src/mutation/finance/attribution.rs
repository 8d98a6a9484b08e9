//! Attributing revenue.

use async_graphql::Context;
use entity::sea_orm_active_enums;
use service::{Result, finance::attribution::Unattributed};

use crate::{
    finance::{AttributionModel, RevenueAttribution, Transaction},
    mutation::prelude::*,
    write::payload::Answer,
};

input! {
    /// A share of revenue, divided by hand.
    AttributionShareInput => service::finance::attribution::ShareByHand {
        /// The agent that is credited.
        agent_id: Id,
        /// The campaign that is credited.
        campaign_id: Option<Id>,
        /// Share in percent, above 0, with at most two decimals.
        percentage: Decimal,
    }
}

object! {
    /// Revenue, or a part of it, that is credited to nobody.
    UnattributedRevenue(Unattributed) -> part {
        /// The transaction.
        transaction: Option<Row<Transaction>> = part.transaction,
        /// Attribution model.
        model: AttributionModel = part.model,
        /// Part of the transaction that is credited to nobody, in percent.
        percentage: Decimal = part.percentage,
    }
}

impl Answer<AttributionModel> for sea_orm_active_enums::AttributionModel {
    async fn answer(&self, _: &Context<'_>) -> Result<AttributionModel> {
        Ok((*self).into())
    }
}

verbs! {
    /// Attributes revenue to agents and campaigns: by models, from the touchpoints of the customer before the order, or
    /// by hand. Earlier attributions of the transaction by the same models are replaced.
    attribute_revenue = perform(service::finance::attribution::Attribute) {
        /// The transaction, of the type REVENUE. Give either this or `orderId`.
        transaction_id: Option<Id>,
        /// The order; all its revenue is attributed.
        order_id: Option<Id>,
        /// The models; MANUAL is refused. Give either these or `shares`.
        models: Vec<AttributionModel> = Vec::new(),
        /// How many days before the order a touchpoint counts, 1 to 3660.
        window_days: i32 = 30,
        /// The shares, divided by hand: at most 1000, and at most 100 percent in sum.
        shares: Vec<AttributionShareInput> = Vec::new(),
    } -> attributed {
        /// The attributions by these models.
        attributions: Vec<Row<RevenueAttribution>> = attributed.attributions,
        /// What is credited to nobody, by these models.
        unattributed: Vec<UnattributedRevenue> = attributed.unattributed,
    }
}
