//! The log, a page at a time.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use service::{
    Result,
    events::{Cursor, Logged},
};

use super::filter::{EventAggregate, EventFilter};
use crate::{
    agents::Agent,
    read::{
        argument,
        connection::PageInfo,
        load,
        page::{self, DEFAULT_SIZE},
        row::Row,
        scalars::Id,
    },
    work::WorkflowExecution,
    write,
};

/// Something that happened to the work.
#[derive(Clone, Debug)]
pub struct Event(Logged);

/// Something that happened to the work.
#[Object]
impl Event {
    /// Its place in the log, for `after`.
    async fn cursor(&self) -> String {
        self.0.cursor.to_string()
    }

    /// What happened, for example `task.completed`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// What sort of object it is about.
    async fn aggregate_type(&self) -> EventAggregate {
        self.0.aggregate_type.into()
    }

    /// The object it is about.
    async fn aggregate_id(&self) -> Id {
        Id(self.0.aggregate_id)
    }

    /// The version of the object after the change; 0 where the object itself did not change.
    async fn aggregate_version(&self) -> i32 {
        self.0.aggregate_version
    }

    /// The agent it concerns; null when it concerns none.
    async fn agent_id(&self) -> Option<Id> {
        self.0.agent_id.map(Id)
    }

    /// The agent it concerns, as it is now; null when it concerns none, or when that is gone.
    async fn agent(&self, ctx: &Context<'_>) -> Result<Option<Row<Agent>>> {
        match self.0.agent_id {
            Some(agent) => Box::pin(load::row(ctx, agent)).await,
            None => Ok(None),
        }
    }

    /// The execution it belongs to; null when it belongs to none.
    async fn execution_id(&self) -> Option<Id> {
        self.0.execution_id.map(Id)
    }

    /// The execution it belongs to, as it is now; null when it belongs to none, or when that is gone.
    async fn execution(&self, ctx: &Context<'_>) -> Result<Option<Row<WorkflowExecution>>> {
        match self.0.execution_id {
            Some(execution) => Box::pin(load::row(ctx, execution)).await,
            None => Ok(None),
        }
    }

    /// Who did it.
    async fn principal(&self) -> &str {
        &self.0.principal
    }

    /// What changed, by the names of the object's fields.
    async fn changes(&self) -> &Json {
        &self.0.changes
    }

    /// When it happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }
}

/// A page of the log.
#[derive(Debug, SimpleObject)]
pub struct EventConnection {
    /// The events of this page, each with its cursor.
    edges: Vec<EventEdge>,
    /// The events of this page.
    nodes: Vec<Event>,
    /// Where this page ends and whether more follow.
    page_info: PageInfo,
}

/// An event of a page.
#[derive(Debug, SimpleObject)]
pub struct EventEdge {
    /// The event's place in the log, for `after`.
    cursor: String,
    /// The event.
    node: Event,
}

/// The root fields of the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventsQuery;

#[Object]
impl EventsQuery {
    /// What happened to the work, oldest first, in the order in which it is told to all. An event appears when nothing
    /// can come before it any more: a moment after its commit.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that satisfy this.")] filter: Option<EventFilter>,
        #[graphql(desc = "At most so many events: 0 to 250, 50 when nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only events after this cursor; of all that are kept when nothing is said.")] after: Option<
            String,
        >,
    ) -> Result<EventConnection> {
        argument::check(ctx, &["filter"])?;
        let (service, _) = write::acting(ctx)?;
        let size = first.map_or(Ok(DEFAULT_SIZE), |first| page::size("first", first))?;
        let from: Option<Cursor> = after.as_deref().map(str::parse).transpose()?;
        let mut events = service.log().read_after(from, size + 1, filter.unwrap_or_default().into()).await?;
        let has_next_page = events.len() > size as usize;
        events.truncate(size as usize);
        let cursor = |event: Option<&Logged>| event.map(|event| event.cursor.to_string());
        let page_info = PageInfo {
            has_previous_page: after.is_some(),
            has_next_page,
            start_cursor: cursor(events.first()),
            end_cursor: cursor(events.last()),
        };
        let nodes: Vec<Event> = events.into_iter().map(Event).collect();
        let edge = |node: &Event| EventEdge { cursor: node.0.cursor.to_string(), node: node.clone() };
        Ok(EventConnection { edges: nodes.iter().map(edge).collect(), nodes, page_info })
    }

    /// The cursor of now. Who asks for it first, reads the present state then, and subscribes `after` it, misses
    /// nothing.
    async fn latest_event_cursor(&self, ctx: &Context<'_>) -> Result<String> {
        let (service, _) = write::acting(ctx)?;
        Ok(service.log().latest().await?.to_string())
    }
}
