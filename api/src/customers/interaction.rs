//! Interactions: what was said between a customer and the company.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Customer;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Channel of an interaction.
    InteractionChannel {
        /// By email.
        Email,
        /// In a chat.
        Chat,
        /// By text message.
        Sms,
        /// By phone.
        Phone,
        /// On WhatsApp.
        Whatsapp,
        /// On a social network.
        Social,
        /// Through a form on the website.
        Website,
        /// Face to face.
        InPerson,
    }
}

resource! {
    /// An exchange between a customer and the company.
    CustomerInteraction: customer_interactions, key [id], by [created_at desc];
    one customer_interaction;
    list customer_interactions;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The customer.
        customer_id: Id,
        /// The agent involved; null if none in particular.
        agent_id: Option<Id>,
        /// Subject; any name, such as inquiry, quote, support, complaint, feedback or return_request.
        interaction_type: String,
        /// Channel that was used.
        channel: InteractionChannel,
        /// What was said; null if not recorded.
        content: Option<String>,
        /// The customer's mood, from −1 (bad) to 1 (good); null if unknown.
        sentiment_score: Option<Decimal>,
        /// Result of the interaction; null if none yet.
        outcome: Option<String>,
        /// Additional data, as a JSON object.
        metadata: Json,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
        /// By the customer's mood.
        sentiment_score,
    }
    to_one {
        /// The customer.
        customer: Customer by customer_id,
    }
    to_one_or_none {
        /// The agent involved; null if none in particular.
        agent: Agent by agent_id,
    }
    to_many {}
}
