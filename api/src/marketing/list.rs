//! E-mail lists.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::{Campaign, EmailSubscriber};
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How addresses are added to an email list.
    EmailListType {
        /// By subscription.
        Static,
        /// By matching its criteria.
        Dynamic,
    }
}

resource! {
    /// A list of addresses to which emails are sent.
    EmailList: email_lists, key [id], by [created_at desc];
    one email_list;
    list email_lists;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Unique name.
        name: String,
        /// Further description; null if none.
        description: Option<String>,
        /// How addresses are added to it.
        r#type: EmailListType,
        /// Criteria of a dynamic list, as a JSON object; null for a static one.
        criteria: Option<Json>,
        /// Whether the list is in use.
        is_active: bool,
        /// Number of addresses that are subscribed now.
        subscriber_count: i32,
        /// Whether the owner of an address must confirm the subscription.
        double_opt_in: bool,
        /// How often the server recomputes the subscribers of a dynamic list, in minutes; null if only
        /// `recomputeEmailList` does.
        refresh_minutes: Option<i32>,
        /// When the server recomputes them next; null if it does not.
        next_compute_at: Option<DateTime<Utc>>,
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
        /// By number of subscribers.
        subscriber_count,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// The addresses on the list, latest first.
        subscribers: EmailSubscriber by list_id [subscribed_at desc],
        /// The campaigns that are sent to it, newest first.
        campaigns: Campaign by target_list_id [created_at desc],
    }
}
