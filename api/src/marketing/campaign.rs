//! Campaigns.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{CampaignRecipient, ContentItem, EmailList};
use crate::{
    agents::Agent,
    customers::{CustomerSegment, Touchpoint},
    finance::{BudgetReservation, BudgetSlice, RevenueAttribution, Transaction},
    read::{
        scalars::{Date, Id},
        transitions,
    },
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
        /// The customer segment it targets; null if none.
        target_segment_id: Option<Id>,
        /// The email list it is sent to; null if none.
        target_list_id: Option<Id>,
        /// The content that is sent; null if none.
        content_id: Option<Id>,
        /// The budget slice that pays for it; null if none.
        budget_slice_id: Option<Id>,
        /// Current status.
        status: CampaignStatus,
        /// Spending limit, in `currency`; null for no limit.
        budget: Option<Decimal>,
        /// Amount spent so far by the books, in `currency`. Messages are booked daily, and when the campaign is paused
        /// or ends.
        spent: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// First day; null if not set.
        start_date: Option<Date>,
        /// Last day; null if not set. A social or ads campaign is completed after it.
        end_date: Option<Date>,
        /// When it is to be launched; null if it is not scheduled.
        scheduled_at: Option<DateTime<Utc>>,
        /// When it was first launched; null before that.
        launched_at: Option<DateTime<Utc>>,
        /// When it was completed or cancelled; null before that.
        ended_at: Option<DateTime<Utc>>,
        /// Cost of a message, in `currency`.
        cost_per_message: Decimal,
        /// Number of messages that were sent, or may have been.
        message_count: i32,
        /// How many of them are in the books.
        booked_count: i32,
        /// How many messages are sent in a minute at most.
        sends_per_minute: i32,
        /// Whether a message may be sent again when nobody knows whether it was sent: for providers that recognize a
        /// repetition.
        resend_unknown: bool,
        /// When the next recipient may be written to; null before the first one.
        next_turn_at: Option<DateTime<Utc>>,
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
        /// The customer segment it targets; null if none.
        target_segment: CustomerSegment by target_segment_id,
        /// The email list it is sent to; null if none.
        target_list: EmailList by target_list_id,
        /// The content that is sent; null if none.
        content: ContentItem by content_id,
        /// The budget slice that pays for it; null if none.
        budget_slice: BudgetSlice by budget_slice_id,
    }
    to_many {
        /// The content created for it, newest first.
        content_items: ContentItem by campaign_id [created_at desc],
        /// The recipients of its messages, newest first.
        recipients: CampaignRecipient by campaign_id [created_at desc],
        /// The touchpoints of customers with it, newest first.
        touchpoints: Touchpoint by campaign_id [created_at desc],
        /// The reservations of money for it, newest first.
        budget_reservations: BudgetReservation by campaign_id [created_at desc],
        /// Its transactions, newest first.
        transactions: Transaction by campaign_id [created_at desc],
        /// The revenue credited to it, newest first.
        revenue_attributions: RevenueAttribution by campaign_id [created_at desc],
    }
    computed {
        /// Statuses the campaign can change to from its current one.
        allowed_transitions: Vec<CampaignStatus> = transitions::allowed [status];
    }
}
