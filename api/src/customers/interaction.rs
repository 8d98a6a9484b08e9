//! Interactions: what was said between a customer and the company.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Customer;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How something was said.
    InteractionChannel {
        /// By e-mail.
        Email,
        /// In a chat.
        Chat,
        /// By text message.
        Sms,
        /// By telephone.
        Phone,
        /// On WhatsApp.
        Whatsapp,
        /// On a social network.
        Social,
        /// By a form on the website.
        Website,
        /// Face to face.
        InPerson,
    }
}

resource! {
    /// Something said between a customer and the company.
    CustomerInteraction: customer_interactions, key [id], by [created_at desc];
    one customer_interaction;
    list customer_interactions;
    columns {
        /// Its key.
        id: Id,
        /// The customer.
        customer_id: Id,
        /// The agent; null for nobody in particular.
        agent_id: Option<Id>,
        /// What it was about, an open list: inquiry, quote, support, complaint, feedback, return_request, …
        interaction_type: String,
        /// How it was said.
        channel: InteractionChannel,
        /// What was said; null when it was not kept.
        content: Option<String>,
        /// The customer's mood, from −1 (bad) to 1 (good); null when it is not known.
        sentiment_score: Option<Decimal>,
        /// What came of it; null when nothing has yet.
        outcome: Option<String>,
        /// More about it, an object.
        metadata: Json,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By the time it was made.
        created_at,
        /// By the customer's mood.
        sentiment_score,
    }
    to_one {
        /// The customer.
        customer: Customer by customer_id,
    }
    to_one_or_none {
        /// The agent; null for nobody in particular.
        agent: Agent by agent_id,
    }
    to_many {}
}
