//! Subscribers: addresses on e-mail lists.

use chrono::{DateTime, Utc};

use super::EmailList;
use crate::{customers::Customer, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Whether e-mails are sent to an address.
    SubscriptionStatus {
        /// Not yet: the address has not confirmed.
        Pending,
        /// Yes.
        Subscribed,
        /// No longer: the owner said so.
        Unsubscribed,
        /// No longer: e-mails came back.
        Bounced,
        /// No longer: the owner called it spam.
        Complained,
    }
}

resource! {
    /// An address on an e-mail list.
    EmailSubscriber: email_subscribers, key [email, list_id], by [subscribed_at desc];
    list email_subscribers;
    columns {
        /// The address, in lower case.
        email: String,
        /// The list.
        list_id: Id,
        /// The customer with this address; null when there is none.
        customer_id: Option<Id>,
        /// Whether e-mails are sent to it.
        status: SubscriptionStatus,
        /// When it was put onto the list.
        subscribed_at: DateTime<Utc>,
        /// When it was taken off; null when it was not.
        unsubscribed_at: Option<DateTime<Utc>>,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By address.
        email,
        /// By the time it was put onto the list.
        subscribed_at,
    }
    to_one {
        /// The list.
        list: EmailList by list_id,
    }
    to_one_or_none {
        /// The customer with this address; null when there is none.
        customer: Customer by customer_id,
    }
    to_many {}
}
