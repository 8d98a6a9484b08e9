//! Attribution: whom revenue is credited to.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Transaction;
use crate::{agents::Agent, marketing::Campaign, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How revenue is shared among those who helped to earn it.
    AttributionModel {
        /// All to the first contact.
        FirstTouch,
        /// All to the last contact.
        LastTouch,
        /// The same to each.
        Linear,
        /// Most to the first and the last.
        PositionBased,
    }
}

resource! {
    /// A share of a transaction that is credited to an agent, by one model.
    RevenueAttribution: revenue_attribution, key [id], by [created_at desc];
    one revenue_attribution;
    list revenue_attributions;
    columns {
        /// Its key.
        id: Id,
        /// The transaction.
        transaction_id: Id,
        /// The agent who is credited.
        agent_id: Id,
        /// The campaign that is credited; null for none.
        campaign_id: Option<Id>,
        /// How the share was found.
        attribution_model: AttributionModel,
        /// The share, above 0 and up to 100. Those of one transaction and model come to at most 100.
        attribution_percentage: Decimal,
        /// What it was found from, an object.
        touchpoint_data: Json,
        /// When the row was made.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By share.
        attribution_percentage,
        /// By the time it was made.
        created_at,
    }
    to_one {
        /// The transaction.
        transaction: Transaction by transaction_id,
        /// The agent who is credited.
        agent: Agent by agent_id,
    }
    to_one_or_none {
        /// The campaign that is credited; null for none.
        campaign: Campaign by campaign_id,
    }
    to_many {}
}
