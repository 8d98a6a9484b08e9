//! Content: what is written and drawn.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::Campaign;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Where a piece of content stands.
    ContentStatus {
        /// It is being made.
        Draft,
        /// Somebody looks at it.
        InReview,
        /// It may be published.
        Approved,
        /// It is public.
        Published,
        /// It is no longer used.
        Archived,
    }
}

resource! {
    /// A text or picture made for customers.
    ContentItem: content, key [id], by [created_at desc];
    one content_item;
    list content_items;
    columns {
        /// Its key.
        id: Id,
        /// What it is, an open list: email_template, newsletter, social_post, blog_post, ad_creative, image, …
        r#type: String,
        /// Its title; null when it has none.
        title: Option<String>,
        /// The text itself; null when it has none.
        body: Option<String>,
        /// More about it, an object.
        metadata: Json,
        /// The agent who made it; null for somebody else.
        created_by_agent_id: Option<Id>,
        /// The campaign it was made for; null for none in particular.
        campaign_id: Option<Id>,
        /// Where it stands.
        status: ContentStatus,
        /// How it did, an object.
        performance_metrics: Json,
        /// When it was published; null before.
        published_at: Option<DateTime<Utc>>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By title.
        title,
        /// By the time it was published.
        published_at,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent who made it; null for somebody else.
        created_by_agent: Agent by created_by_agent_id,
        /// The campaign it was made for; null for none in particular.
        campaign: Campaign by campaign_id,
    }
    to_many {}
}
