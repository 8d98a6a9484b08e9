//! Deliveries: events that are to be sent to an endpoint.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::endpoint::Endpoint;
use crate::{
    Result, Service,
    database::Sql,
    events::{Cursor, Logged},
};

/// A delivery that is due.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id, which its message has however often it is sent.
    pub id: Uuid,
    /// Its event's place in the log.
    pub cursor: Cursor,
    /// The kind of the event, as the log has it.
    pub kind: String,
    /// What the event is about.
    pub aggregate_id: Uuid,
    /// How many attempts failed.
    pub attempts: i32,
    /// The event; none if it was removed from the log.
    pub event: Option<Logged>,
}

impl Service {
    /// The first deliveries of an endpoint that are due, but those: of each object at most the first pending one. None
    /// if the endpoint was changed meanwhile.
    pub async fn due_deliveries(&self, endpoint: &Endpoint, but: &[Uuid], most: u32) -> Result<Vec<Delivery>> {
        let mut sql = Sql::new(self.database().engine());
        sql.push("SELECT d.id, d.transaction_number, d.position, d.kind, d.aggregate_id, d.attempts ");
        sql.push("FROM webhook_deliveries AS d WHERE d.endpoint_id = ").bind(endpoint.id).push(" AND ");
        write_due(&mut sql, self.clock().now());
        sql.push(" AND EXISTS (SELECT 1 FROM webhook_endpoints AS e WHERE e.id = d.endpoint_id AND e.is_active");
        sql.push(" AND e.version = ").bind(endpoint.version).push(")");
        if !but.is_empty() {
            sql.push(" AND NOT d.id").is_any(but);
        }
        sql.push(" ORDER BY d.next_attempt_at, d.transaction_number, d.position");
        sql.write(format_args!(" LIMIT {most}"));
        let rows = self.database().reader().query_all_raw(sql.into_statement()?).await?;
        let mut due = Vec::with_capacity(rows.len());
        for row in &rows {
            due.push(Delivery {
                id: row.try_get_by("id")?,
                cursor: Cursor::new(row.try_get_by("transaction_number")?, row.try_get_by("position")?),
                kind: row.try_get_by("kind")?,
                aggregate_id: row.try_get_by("aggregate_id")?,
                attempts: row.try_get_by("attempts")?,
                event: None,
            });
        }
        self.add_events(&mut due).await?;
        Ok(due)
    }

    async fn add_events(&self, due: &mut [Delivery]) -> Result<()> {
        if due.is_empty() {
            return Ok(());
        }
        let places: Vec<Cursor> = due.iter().map(|delivery| delivery.cursor).collect();
        let events = self.log().at(&places).await?;
        let mut events: HashMap<Cursor, Logged> = events.into_iter().map(|event| (event.cursor, event)).collect();
        for delivery in due {
            delivery.event = events.remove(&delivery.cursor);
        }
        Ok(())
    }
}

/// Adds the condition that a delivery `d` is to be tried now.
pub(super) fn write_due(sql: &mut Sql, now: DateTime<Utc>) {
    sql.push("d.next_attempt_at <= ").bind(now);
}
