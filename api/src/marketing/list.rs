//! E-mail lists.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::EmailSubscriber;
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How people get onto a list.
    EmailListType {
        /// By subscribing.
        Static,
        /// By fitting its criteria.
        Dynamic,
    }
}

resource! {
    /// A list that e-mails are sent to.
    EmailList: email_lists, key [id], by [created_at desc];
    one email_list;
    list email_lists;
    columns {
        /// Its key.
        id: Id,
        /// What it is called; unique.
        name: String,
        /// More about it; null when there is no more.
        description: Option<String>,
        /// How people get onto it.
        r#type: EmailListType,
        /// What puts people onto a dynamic list, an object; null for a static one.
        criteria: Option<Json>,
        /// Whether it is in use.
        is_active: bool,
        /// How many are subscribed now.
        subscriber_count: i32,
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
        /// By how many are subscribed.
        subscriber_count,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// The addresses on it, latest first.
        subscribers: EmailSubscriber by list_id [subscribed_at desc],
    }
}
