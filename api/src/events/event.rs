//! The log, a page at a time.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use service::{
    Result,
    events::{Cursor, Logged, Range},
};

use super::{
    EventKind,
    filter::{EventAggregate, EventFilter},
};
use crate::{
    agents::Agent,
    read::{
        argument,
        connection::PageInfo,
        page,
        row::{self, Row},
        scalars::Id,
    },
    work::WorkflowExecution,
    write,
};

/// A change recorded in the event log.
#[derive(Clone, Debug)]
pub struct Event(Logged);

/// A change recorded in the event log.
#[Object]
impl Event {
    /// Cursor; pass it as `after` to resume.
    async fn cursor(&self) -> String {
        self.0.cursor.to_string()
    }

    /// Kind of event.
    async fn kind(&self) -> EventKind {
        self.0.kind.into()
    }

    /// Kind of object the event is about.
    async fn aggregate_type(&self) -> EventAggregate {
        self.0.aggregate_type.into()
    }

    /// Id of the object the event is about.
    async fn aggregate_id(&self) -> Id {
        Id(self.0.aggregate_id)
    }

    /// Version of the object after the change; 0 if the object itself did not change.
    async fn aggregate_version(&self) -> i32 {
        self.0.aggregate_version
    }

    /// The agent concerned; null if none.
    async fn agent_id(&self) -> Option<Id> {
        self.0.agent_id.map(Id)
    }

    /// The agent concerned, in its current state; null if none or deleted.
    async fn agent(&self, ctx: &Context<'_>) -> Option<Result<Row<Agent>>> {
        Box::pin(row::row(ctx, self.0.agent_id?)).await.transpose()
    }

    /// The execution it belongs to; null if none.
    async fn execution_id(&self) -> Option<Id> {
        self.0.execution_id.map(Id)
    }

    /// The execution it belongs to, in its current state; null if none or deleted.
    async fn execution(&self, ctx: &Context<'_>) -> Option<Result<Row<WorkflowExecution>>> {
        Box::pin(row::row(ctx, self.0.execution_id?)).await.transpose()
    }

    /// Who did it: the principal's name, as in the audit log.
    async fn principal(&self) -> &str {
        &self.0.principal
    }

    /// The changed values, keyed by field name.
    async fn changes(&self) -> &Json {
        &self.0.changes
    }

    /// When the event happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }
}

/// A page of the event log.
#[derive(Debug, SimpleObject)]
pub struct EventConnection {
    /// The events of this page, each with its cursor.
    edges: Vec<EventEdge>,
    /// The events of this page.
    nodes: Vec<Event>,
    /// Cursors at both ends of the page, and whether there are more events.
    page_info: PageInfo,
}

/// An event with its cursor.
#[derive(Debug, SimpleObject)]
pub struct EventEdge {
    /// Cursor; pass it as `after` to resume.
    cursor: String,
    /// The event.
    node: Event,
}

/// The root fields of the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventsQuery;

#[Object]
impl EventsQuery {
    /// The event log, oldest first, in the same order for every reader. An event appears shortly after its commit, once
    /// no other event can come before it.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<EventFilter>,
        #[graphql(desc = "Page size, at most 250. Default 50.")] first: Option<i32>,
        #[graphql(desc = "Only events after this cursor. Default: all that are kept.")] after: Option<String>,
        #[graphql(desc = "Page size counted from the end, at most 250.")] last: Option<i32>,
        #[graphql(desc = "Only events before this cursor.")] before: Option<String>,
    ) -> Result<EventConnection> {
        argument::check(ctx, &["filter"])?;
        let (service, _) = write::acting(ctx)?;
        let (size, backward) = page::size(first, last)?;
        let cursor = |name, text: &Option<String>| text.as_deref().map(|text| Cursor::parse(name, text)).transpose();
        let (is_after, is_before) = (after.is_some(), before.is_some());
        let (after, before) = (cursor("after", &after)?, cursor("before", &before)?);
        let range = Range { after, before, limit: size + 1, backward };
        let mut events = service.log().read(range, filter.unwrap_or_default().into()).await?;
        let more = events.len() > size as usize;
        if more {
            // The one more is at the end that the page was not taken from.
            events.remove(if backward { 0 } else { size as usize });
        }
        let (has_previous_page, has_next_page) = if backward { (more, is_before) } else { (is_after, more) };
        let cursor = |event: Option<&Logged>| event.map(|event| event.cursor.to_string());
        let page_info = PageInfo {
            has_previous_page,
            has_next_page,
            start_cursor: cursor(events.first()),
            end_cursor: cursor(events.last()),
        };
        let nodes: Vec<Event> = events.into_iter().map(Event).collect();
        let edge = |node: &Event| EventEdge { cursor: node.0.cursor.to_string(), node: node.clone() };
        Ok(EventConnection { edges: nodes.iter().map(edge).collect(), nodes, page_info })
    }

    /// Cursor of the latest event. To miss nothing, get it first, then read the current state, then subscribe with it
    /// as `after`.
    async fn latest_event_cursor(&self, ctx: &Context<'_>) -> Result<String> {
        let (service, _) = write::acting(ctx)?;
        Ok(service.log().latest().await?.to_string())
    }
}
