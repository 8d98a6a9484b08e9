//! What can be done to the system.

use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use serde_json::Value as Json;
use service::{
    Result,
    system::{configurations, events},
};

use super::{Configuration, EventSeverity, SystemEvent};
use crate::{
    payload,
    read::{load, optional::Optional, row::Row, scalars::Id},
    write::{
        self,
        input::{change, object},
    },
};

crate::fallbacks! {
    /// Nothing to worry about.
    Info: EventSeverity = EventSeverity::Info;
}

/// An event to note.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RecordSystemEventInput {
    /// What kind of event, an open list of names; at most 100 characters.
    event_type: String,
    /// How grave it is.
    #[graphql(default)]
    severity: Optional<EventSeverity, Info>,
    /// The agent that tells of it.
    source_agent_id: Option<Id>,
    /// What happened, for people.
    message: String,
    /// The same for programs, an object; empty when it is left out.
    details: Option<Json>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A configuration to set.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SetConfigurationInput {
    /// Its name; at most 255 characters.
    key: String,
    /// Its value, any JSON but null.
    value: Json,
    /// What it does; null takes it away, and left out it stays as it is.
    description: MaybeUndefined<String>,
    /// The version that the caller has seen, 0 for none; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `recordSystemEvent` did.
    RecordSystemEventPayload(uuid::Uuid) {
        /// The event; null when it was refused.
        system_event: Row<SystemEvent> = |ctx, event| load::row(ctx, *event),
    }
    /// What `setConfiguration` did.
    SetConfigurationPayload(uuid::Uuid) {
        /// The configuration; null when it was refused.
        configuration: Row<Configuration> = |ctx, configuration| load::row(ctx, *configuration),
    }
}

/// The mutations of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemMutation;

#[Object]
impl SystemMutation {
    /// Notes what happened in the system.
    async fn record_system_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The event.")] input: RecordSystemEventInput,
    ) -> Result<Option<RecordSystemEventPayload>> {
        let verb = events::Record {
            event_type: input.event_type,
            severity: input.severity.value.into(),
            source_agent_id: input.source_agent_id.map(|id| id.0),
            message: input.message,
            details: object(input.details),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Sets a configuration, a new one or one that is there.
    async fn set_configuration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The configuration.")] input: SetConfigurationInput,
    ) -> Result<Option<SetConfigurationPayload>> {
        let verb = configurations::Set {
            key: input.key,
            expected_version: input.expected_version,
            value: input.value,
            description: change(input.description, |it| it),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
