//! Touchpoints: whom customers met before they bought.

use chrono::{DateTime, Utc};

use super::Customer;
use crate::{agents::Agent, marketing::Campaign, read::scalars::Id, resource};

resource! {
    /// An occasion on which a customer met an agent or a campaign. Revenue is attributed by these.
    Touchpoint: touchpoints, key [id], by [created_at desc];
    one touchpoint;
    list touchpoints;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The customer.
        customer_id: Id,
        /// The agent; null if none or deleted.
        agent_id: Option<Id>,
        /// The campaign; null if none or deleted.
        campaign_id: Option<Id>,
        /// Where it was; any name, such as email, chat or website.
        channel: String,
        /// What it was; any name, such as opened, clicked or interaction.
        kind: String,
        /// When it happened.
        occurred_at: DateTime<Utc>,
        /// Id outside of this system; unique; null if none.
        external_id: Option<String>,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The customer.
        customer: Customer by customer_id,
    }
    to_one_or_none {
        /// The agent; null if none or deleted.
        agent: Agent by agent_id,
        /// The campaign; null if none or deleted.
        campaign: Campaign by campaign_id,
    }
    to_many {}
}
