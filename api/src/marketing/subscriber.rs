//! Subscribers: addresses on e-mail lists.

use chrono::{DateTime, Utc};

use super::EmailList;
use crate::{customers::Customer, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Whether emails are sent to an address.
    SubscriptionStatus {
        /// Not yet: the address is not confirmed.
        Pending,
        /// Emails are sent.
        Subscribed,
        /// No longer: the owner unsubscribed.
        Unsubscribed,
        /// No longer: emails bounced.
        Bounced,
        /// No longer: the owner reported spam.
        Complained,
    }
}

resource! {
    /// An address on an email list.
    EmailSubscriber: email_subscribers, key [email, list_id], by [subscribed_at desc];
    list email_subscribers;
    columns {
        /// Email address in lower case.
        email: String,
        /// The email list.
        list_id: Id,
        /// The customer with this address; null if none.
        customer_id: Option<Id>,
        /// Whether emails are sent to the address.
        status: SubscriptionStatus,
        /// When the address was added to the list.
        subscribed_at: DateTime<Utc>,
        /// When the address was taken off the list; null if it was not.
        unsubscribed_at: Option<DateTime<Utc>>,
        /// Where the address came from; any name, such as api, import or customer.
        source: String,
        /// When the owner confirmed the subscription; null if not.
        confirmed_at: Option<DateTime<Utc>>,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By email address.
        email,
        /// By the time the address was added to the list.
        subscribed_at,
    }
    to_one {
        /// The email list.
        list: EmailList by list_id,
    }
    to_one_or_none {
        /// The customer with this address; null if none.
        customer: Customer by customer_id,
    }
    to_many {}
}
