//! Attribution: whom revenue is credited to.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{Transaction, amount};
use crate::{agents::Agent, marketing::Campaign, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How credit for revenue is divided.
    AttributionModel {
        /// All credit to the first contact.
        FirstTouch,
        /// All credit to the last contact.
        LastTouch,
        /// Equal credit to each contact.
        Linear,
        /// 40 percent of the credit to the first and to the last contact, 20 percent to those between.
        PositionBased,
        /// Credit divided by hand.
        Manual,
    }
}

resource! {
    /// A share of a transaction that is credited to an agent, by one attribution model.
    RevenueAttribution: revenue_attribution, key [id], by [created_at desc];
    one revenue_attribution;
    list revenue_attributions;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The transaction that is shared.
        transaction_id: Id,
        /// The agent that is credited.
        agent_id: Id,
        /// The campaign that is credited; null if none.
        campaign_id: Option<Id>,
        /// Model by which the share was computed.
        attribution_model: AttributionModel,
        /// Share in percent, above 0. All shares of one transaction and model add up to at most 100.
        attribution_percentage: Decimal,
        /// Data the share was computed from, as a JSON object.
        touchpoint_data: Json,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By share.
        attribution_percentage,
        /// By creation time.
        created_at,
    }
    to_one {
        /// The transaction that is shared.
        transaction: Transaction by transaction_id,
        /// The agent that is credited.
        agent: Agent by agent_id,
    }
    to_one_or_none {
        /// The campaign that is credited; null if none.
        campaign: Campaign by campaign_id,
    }
    to_many {}
    computed {
        /// What the share is worth, in the transaction's currency: its part of the revenue, net of refunds and
        /// reversals. The amounts of all shares by one model add up exactly.
        amount: Decimal = amount::amount [id];
    }
}
