//! Sending again what was sent before, or was not wanted before.

use chrono::{DateTime, Utc};
use entity::{sea_orm_active_enums::DeliveryStatus, webhook_endpoints};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{fields, order};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    database::Sql,
    edit,
    events::{self, Cursor, PRUNED},
    refusal::{At, Code, Refusal},
};

/// The most events of one call.
const MOST: u32 = 10_000;
/// The most that it looks at: few of the log may be wanted.
const LOOKED_AT: u32 = 100_000;

/// Sends events of the past to an endpoint, each once more.
#[derive(Clone, Debug, Serialize)]
pub struct Redeliver {
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// Only events after this cursor.
    pub after: Option<String>,
    /// Only events that happened at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Only events of these kinds; none: of all kinds that the endpoint wants.
    pub kinds: Vec<String>,
    /// Only events that could not be delivered.
    pub only_failed: bool,
}

/// What is sent again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Redelivered {
    /// The endpoint.
    pub id: Uuid,
    /// How many events.
    pub count: i32,
    /// The place to go on from, if there may be more.
    pub cursor: Option<String>,
}

impl Verb for Redeliver {
    type Outcome = Redelivered;
    const OPERATION: Operation = Operation::RedeliverWebhooks;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Redelivered> {
        let endpoint: webhook_endpoints::Model = edit::find(unit, self.endpoint_id).await.at(["endpointId"])?;
        let (span, last) = self.span(unit, &endpoint).await?.first_part(unit).await?;
        // It is known now what is looked at. Whoever sends to it waits from here on.
        edit::lock::<webhook_endpoints::Model>(unit, self.endpoint_id, None).await.at(["endpointId"])?;
        let count = span.send_again(unit).await?;
        order::hold(unit, self.endpoint_id, None).await?;
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        let what = json!({
            "after": self.after,
            "since": self.since,
            "kinds": self.kinds,
            "onlyFailed": self.only_failed,
            "count": count,
        });
        unit.record(Self::OPERATION, "WebhookEndpoint", self.endpoint_id, Json::Null, what);
        Ok(Redelivered { id: self.endpoint_id, count, cursor: last.map(|last| last.to_string()) })
    }
}

impl Redeliver {
    /// What is asked for.
    async fn span(&self, unit: &UnitOfWork, endpoint: &webhook_endpoints::Model) -> Result<Span> {
        let after = match (&self.after, self.since) {
            (Some(after), None) => {
                let after = Cursor::parse("after", after).at(["after"])?;
                events::check_kept(unit, "after", after).await.at(["after"])?
            }
            (None, Some(since)) => {
                events::check_kept_since(unit, since).await?;
                events::before(unit, since).await?
            }
            _ => {
                let message = "give either `after` or `since`: from where events are to be delivered again";
                return Err(Refusal::new(Code::Invalid, message).into());
            }
        };
        let asked = fields::stored_kinds(&self.kinds)?;
        let wanted = if self.kinds.is_empty() { &endpoint.kinds } else { &asked };
        let kinds = fields::wanted_kinds(wanted).map(|kinds| kinds.iter().map(|kind| kind.name()).collect());
        let to = Cursor::new(endpoint.cursor_transaction, endpoint.cursor_position);
        Ok(Span { endpoint: endpoint.id, after, since: self.since, to, kinds, only_failed: self.only_failed })
    }
}

/// A part of the log, of which an endpoint gets the events again.
struct Span {
    endpoint: Uuid,
    after: Cursor,
    since: Option<DateTime<Utc>>,
    /// The last place that belongs to it.
    to: Cursor,
    /// None for all.
    kinds: Option<Vec<&'static str>>,
    only_failed: bool,
}

impl Span {
    /// The part of it that one call takes, and where that ends if there may be more.
    async fn first_part(self, unit: &UnitOfWork) -> Result<(Self, Option<Cursor>)> {
        let looked_at = self.place(unit, LOOKED_AT, Self::write_range).await?;
        let part = Self { to: looked_at.unwrap_or(self.to), ..self };
        let taken = part.place(unit, MOST, Self::write_condition).await?;
        Ok((Self { to: taken.unwrap_or(part.to), ..part }, taken.or(looked_at)))
    }

    /// The place of the event of this number among those that meet a condition; none if there are fewer.
    async fn place(
        &self,
        unit: &UnitOfWork,
        number: u32,
        write_condition: fn(&Self, &mut Sql),
    ) -> Result<Option<Cursor>> {
        let mut sql = unit.sql();
        sql.push("SELECT transaction_number, position FROM ");
        sql.push(if self.only_failed { "webhook_deliveries" } else { "events" }).push(" WHERE ");
        write_condition(self, &mut sql);
        sql.write(format_args!(" ORDER BY transaction_number, position LIMIT 1 OFFSET {}", number - 1));
        let rows = unit.rows(sql).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Cursor::new(row.try_get_by("transaction_number")?, row.try_get_by("position")?)))
    }

    /// Has all of it delivered again; how many events.
    async fn send_again(&self, unit: &UnitOfWork) -> Result<u64> {
        const BLANK: &str = "attempts = 0, response_status = NULL, error = NULL, delivered_at = NULL, status = ";
        let mut sql = unit.sql();
        if self.only_failed {
            sql.push("UPDATE webhook_deliveries SET ").push(BLANK).literal(&DeliveryStatus::Pending);
            sql.push(", next_attempt_at = ").now().push(", updated_at = ").now().push(" WHERE ");
            self.write_condition(&mut sql);
            return unit.execute(sql).await;
        }
        sql.push("INSERT INTO webhook_deliveries (id, endpoint_id, transaction_number, position, kind, aggregate_id, ");
        sql.push("status, attempts, next_attempt_at, created_at, updated_at) SELECT ").random_id().push(", ");
        sql.bind(self.endpoint).push(", transaction_number, position, kind, aggregate_id, ");
        sql.literal(&DeliveryStatus::Pending).push(", 0, ").now().push(", ").now().push(", ").now();
        sql.push(" FROM events WHERE ");
        self.write_condition(&mut sql);
        // What is to be sent already keeps its turn.
        sql.push(" ON CONFLICT (endpoint_id, transaction_number, position) DO UPDATE SET ").push(BLANK);
        sql.literal(&DeliveryStatus::Pending).push(", next_attempt_at = excluded.next_attempt_at, ");
        sql.push("updated_at = excluded.updated_at WHERE webhook_deliveries.status <> ");
        sql.literal(&DeliveryStatus::Pending);
        unit.execute(sql).await
    }

    /// Adds the condition that a row, of the log or a delivery of the endpoint, lies in it.
    fn write_range(&self, sql: &mut Sql) {
        if self.only_failed {
            sql.push("endpoint_id = ").bind(self.endpoint).push(" AND ");
        }
        self.after.compare(sql, ">");
        sql.push(" AND ");
        self.to.compare(sql, "<=");
    }

    /// Adds the condition that such a row is also wanted.
    fn write_condition(&self, sql: &mut Sql) {
        self.write_range(sql);
        if self.only_failed {
            sql.push(" AND status = ").literal(&DeliveryStatus::Dead);
        }
        sql.push(" AND kind <> ").bind(PRUNED);
        if let Some(since) = self.since {
            sql.push(" AND created_at >= ").bind(since);
        }
        if let Some(kinds) = &self.kinds {
            sql.push(" AND kind").is_any_text(kinds);
        }
    }
}
