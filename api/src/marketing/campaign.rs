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
    /// Where a campaign runs.
    CampaignType {
        /// In e-mails.
        Email,
        /// On social networks.
        Social,
        /// In text messages.
        Sms,
        /// In paid advertisements.
        Ads,
    }
    /// Where a campaign stands.
    CampaignStatus {
        /// It is being prepared.
        Draft,
        /// It will start by itself.
        Scheduled,
        /// It is running.
        Active,
        /// It is held and can go on.
        Paused,
        /// It is over.
        Completed,
        /// It was called off.
        Cancelled,
    }
}

resource! {
    /// Advertising with a purpose, a budget and a time.
    Campaign: campaigns, key [id], by [created_at desc];
    one campaign;
    list campaigns;
    columns {
        /// Its key.
        id: Id,
        /// What it is called.
        name: String,
        /// Where it runs.
        r#type: CampaignType,
        /// The goal it serves; null for none in particular.
        goal_id: Option<Id>,
        /// The agent who answers for it; null for nobody.
        owner_agent_id: Option<Id>,
        /// The customers it is for; null for everybody.
        target_segment_id: Option<Id>,
        /// Where it stands.
        status: CampaignStatus,
        /// What it may cost, in its currency; null for no limit.
        budget: Option<Decimal>,
        /// What it has cost so far, in its currency.
        spent: Decimal,
        /// The ISO 4217 code of its amounts.
        currency: String,
        /// Its first day; null when it is not set.
        start_date: Option<Date>,
        /// Its last day; null when it is not set.
        end_date: Option<Date>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By its first day.
        start_date,
        /// By what it has cost.
        spent,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The goal it serves; null for none in particular.
        goal: Goal by goal_id,
        /// The agent who answers for it; null for nobody.
        owner_agent: Agent by owner_agent_id,
        /// The customers it is for; null for everybody.
        target_segment: CustomerSegment by target_segment_id,
    }
    to_many {
        /// What was made for it, newest first.
        content_items: ContentItem by campaign_id [created_at desc],
        /// The money movements for it, newest first.
        transactions: Transaction by campaign_id [created_at desc],
        /// The revenue credited to it, newest first.
        revenue_attributions: RevenueAttribution by campaign_id [created_at desc],
    }
}
