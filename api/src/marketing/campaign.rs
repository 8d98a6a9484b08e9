//! Campaigns.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::ContentItem;
use crate::{
    agents::Agent,
    customers::CustomerSegment,
    finance::{RevenueAttribution, Transaction},
    read::scalars::{Date, Id},
    resource, vocabulary,
    work::Goal,
};

vocabulary! {
    /// Channel of a campaign.
    CampaignType {
        /// Email.
        Email,
        /// Social networks.
        Social,
        /// Text messages.
        Sms,
        /// Paid advertisements.
        Ads,
    }
    /// Status of a campaign.
    CampaignStatus {
        /// In preparation.
        Draft,
        /// Scheduled to start automatically.
        Scheduled,
        /// Running now.
        Active,
        /// Paused; it can be resumed.
        Paused,
        /// Finished.
        Completed,
        /// Cancelled before it was completed.
        Cancelled,
    }
}

resource! {
    /// A marketing campaign, with a budget and dates.
    Campaign: campaigns, key [id], by [created_at desc];
    one campaign;
    list campaigns;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Name, for display.
        name: String,
        /// Channel it runs on.
        r#type: CampaignType,
        /// The goal it pursues; null for no particular one.
        goal_id: Option<Id>,
        /// The agent responsible for it; null if none.
        owner_agent_id: Option<Id>,
        /// The customer segment it targets; null for all customers.
        target_segment_id: Option<Id>,
        /// Current status.
        status: CampaignStatus,
        /// Spending limit, in `currency`; null for no limit.
        budget: Option<Decimal>,
        /// Amount spent so far, in `currency`.
        spent: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// First day; null if not set.
        start_date: Option<Date>,
        /// Last day; null if not set.
        end_date: Option<Date>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By first day.
        start_date,
        /// By amount spent.
        spent,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The goal it pursues; null for no particular one.
        goal: Goal by goal_id,
        /// The agent responsible for it; null if none.
        owner_agent: Agent by owner_agent_id,
        /// The customer segment it targets; null for all customers.
        target_segment: CustomerSegment by target_segment_id,
    }
    to_many {
        /// The content created for it, newest first.
        content_items: ContentItem by campaign_id [created_at desc],
        /// Its transactions, newest first.
        transactions: Transaction by campaign_id [created_at desc],
        /// The revenue credited to it, newest first.
        revenue_attributions: RevenueAttribution by campaign_id [created_at desc],
    }
}
