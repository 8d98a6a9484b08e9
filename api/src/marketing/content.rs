//! Content: what is written and drawn.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::Campaign;
use crate::{
    agents::Agent,
    read::{scalars::Id, transitions},
    resource, vocabulary,
};

vocabulary! {
    /// Status of a piece of content.
    ContentStatus {
        /// Being created.
        Draft,
        /// Being reviewed.
        InReview,
        /// Approved for publication.
        Approved,
        /// Published: it is public.
        Published,
        /// No longer used.
        Archived,
    }
}

resource! {
    /// A text or image created for customers.
    ContentItem: content, key [id], by [created_at desc];
    one content_item;
    list content_items;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Kind of content; any name, such as email_template, newsletter, social_post, blog_post or image.
        r#type: String,
        /// Title; null if none.
        title: Option<String>,
        /// The text itself; null if none.
        body: Option<String>,
        /// Additional data, as a JSON object.
        metadata: Json,
        /// The agent that created it; null if not created by an agent.
        created_by_agent_id: Option<Id>,
        /// The campaign it was created for; null for no particular one.
        campaign_id: Option<Id>,
        /// Current status.
        status: ContentStatus,
        /// Performance metrics, as a JSON object.
        performance_metrics: Json,
        /// When it was published; null before that.
        published_at: Option<DateTime<Utc>>,
        /// Who approved or returned it: the principal's name, as in the audit log; null if nobody did.
        reviewed_by: Option<String>,
        /// When it was approved or returned; null if it was not.
        reviewed_at: Option<DateTime<Utc>>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By title.
        title,
        /// By time of publication.
        published_at,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent that created it; null if not created by an agent.
        created_by_agent: Agent by created_by_agent_id,
        /// The campaign it was created for; null for no particular one.
        campaign: Campaign by campaign_id,
    }
    to_many {
        /// The campaigns that send it, newest first.
        campaigns: Campaign by content_id [created_at desc],
    }
    computed {
        /// Statuses the content can change to from its current one.
        allowed_transitions: Vec<ContentStatus> = transitions::allowed [status];
    }
}
