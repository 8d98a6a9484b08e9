//! Consents: what people allow.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::Customer;
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Channel of the messages that a consent is about.
    ConsentChannel {
        /// Emails.
        Email,
        /// Text messages.
        Sms,
        /// Calls.
        Phone,
    }
    /// Whether messages to an address are allowed, and if not, why.
    ConsentState {
        /// They are allowed.
        Granted,
        /// They are not wanted, or no longer.
        Withdrawn,
        /// They do not arrive: a message bounced.
        Bounced,
        /// They were reported as spam.
        Complained,
        /// The owner's personal data was erased.
        Erased,
    }
}

resource! {
    /// A decision of the owner of an address on messages to it. Consents are never changed or deleted. The latest one
    /// of an address counts, and without any, messages are not allowed. The address itself is not kept here.
    Consent: consents, key [id], by [created_at desc];
    needs Consents;
    one consent;
    list consents;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Channel of the messages that it is about.
        channel: ConsentChannel,
        /// The customer with the address; null if none or deleted.
        customer_id: Option<Id>,
        /// Whether messages are allowed, and if not, why.
        state: ConsentState,
        /// Who said it, or where; any name, such as customer, import or api.
        source: String,
        /// What proves it, as a JSON object.
        evidence: Json,
        /// Who recorded it: the principal's name, as in the audit log.
        principal: String,
        /// When it was decided.
        occurred_at: DateTime<Utc>,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The customer with the address; null if none or deleted.
        customer: Customer by customer_id,
    }
    to_many {}
}
