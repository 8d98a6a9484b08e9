//! Logging interactions with customers.

use crate::{
    customers::{CustomerInteraction, InteractionChannel},
    mutation::prelude::*,
};

verbs! {
    /// Logs an interaction with a customer. With an agent it is also a touchpoint, which attribution takes into
    /// account.
    log_interaction = perform(service::customers::interaction::Log) {
        /// The customer.
        customer_id: Id,
        /// The agent involved. Leave it out if there was none in particular.
        agent_id: Option<Id>,
        /// Subject; any name, such as inquiry, quote, support, complaint or feedback. At most 100 characters.
        interaction_type: String,
        /// Channel that was used.
        channel: InteractionChannel,
        /// What was said. At most 64 KiB.
        content: Option<String>,
        /// The customer's mood, from −1 (bad) to 1 (good), with at most two decimals.
        sentiment_score: Option<Decimal>,
        /// Result of the interaction. At most 255 characters.
        outcome: Option<String>,
        /// Additional data, a JSON object.
        metadata: Option<Json>,
    } -> interaction: CustomerInteraction;

    /// Updates an interaction. Fields that are left out stay as they are.
    update_interaction = perform(service::customers::interaction::Update) on interaction {
        /// Subject; any name, such as inquiry, quote, support, complaint or feedback. At most 100 characters.
        interaction_type: Option<String>,
        /// What was said. At most 64 KiB. Null removes it.
        content: MaybeUndefined<String>,
        /// The customer's mood, from −1 (bad) to 1 (good), with at most two decimals. Null if unknown.
        sentiment_score: MaybeUndefined<Decimal>,
        /// Result of the interaction. At most 255 characters. Null if none yet.
        outcome: MaybeUndefined<String>,
        /// Additional data, a JSON object: it replaces all earlier data.
        metadata: Option<Json>,
    } -> interaction: CustomerInteraction;
}
