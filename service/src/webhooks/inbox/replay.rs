//! Processing events once more that could not be processed.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::InboundStatus;
use sea_orm::QueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{death, row};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{MAX_ITEMS, check_size},
    database::row::{enum_value, ids},
    events::EventKind,
    refusal::{At, Refusal},
    state,
};

/// Has events processed once more that wait, could not be processed, or were ignored.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    /// The events.
    pub ids: Vec<Uuid>,
    /// Else the oldest events that fit.
    pub filter: Option<Wanted>,
    /// Whether only to look which events these are.
    pub dry_run: bool,
}

/// Which events.
#[derive(Clone, Debug, Serialize)]
pub struct Wanted {
    /// Who sent them.
    pub source: Option<String>,
    /// Their topics; none: any.
    pub topics: Vec<String>,
    /// What became of them; none: they wait or are dead.
    pub status: Option<InboundStatus>,
    /// Those that were received at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Those that were received before this time.
    pub before: Option<DateTime<Utc>>,
}

/// What is processed once more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replayed {
    /// The events.
    pub ids: Vec<Uuid>,
    /// Whether there are more that fit.
    pub has_more: bool,
}

impl Verb for Replay {
    type Outcome = Replayed;
    const OPERATION: Operation = Operation::ReplayInboundWebhooks;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Replayed> {
        let (mut events, has_more) = match &self.filter {
            None if self.ids.is_empty() => {
                return Err(Refusal::invalid("ids", "name the webhooks: give `ids` or `filter`").into());
            }
            None => (self.named(unit).await?, false),
            Some(_) if !self.ids.is_empty() => {
                return Err(Refusal::invalid("filter", "give either `ids` or `filter`, not both").into());
            }
            Some(wanted) => wanted.find(unit).await?,
        };
        if !self.dry_run {
            let done = receive_again(unit, &events).await?;
            // Another call was faster with what was named: it is looked at again.
            if self.filter.is_none() && done.len() < events.len() {
                return Err(Error::Collision);
            }
            events.retain(|event| done.contains(&event.id));
            self.tell(unit, &events);
        }
        Ok(Replayed { ids: events.iter().map(|event| event.id).collect(), has_more })
    }
}

impl Replay {
    /// The events that are named, each of which must be one that can be processed again.
    async fn named(&self, unit: &UnitOfWork) -> Result<Vec<Replayable>> {
        check_size("ids", self.ids.len())?;
        let mut sql = unit.sql();
        sql.push(Replayable::SELECT).push("id").is_any(&self.ids).push(" ORDER BY created_at, id");
        let events = Replayable::read_all(&unit.rows(sql).await?)?;
        for (place, id) in self.ids.iter().enumerate() {
            let event = events.iter().find(|event| event.id == *id).ok_or(Error::NotFound(row::NOUN, *id));
            let checked = event.and_then(|event| Ok(event.check()?));
            checked.at(["ids", &place.to_string()])?;
        }
        Ok(events)
    }

    fn tell(&self, unit: &mut UnitOfWork, events: &[Replayable]) {
        for event in events {
            let shown = |status| json!({ "status": state::name(&status) });
            let (before, after) = (shown(event.status), shown(InboundStatus::Received));
            unit.record(Self::OPERATION, row::TYPE, event.id, before, after);
            unit.emit(death::happened(EventKind::WebhookReplayed, event.id, &event.source, &event.topic));
        }
    }
}

impl Wanted {
    /// The oldest events that fit, and whether there are more.
    async fn find(&self, unit: &UnitOfWork) -> Result<(Vec<Replayable>, bool)> {
        check_size("topics", self.topics.len()).under(["filter"])?;
        if let Some(status) = self.status {
            state::check(status, InboundStatus::Received).at(["filter", "status"])?;
        }
        let mut sql = unit.sql();
        sql.push(Replayable::SELECT).push("status");
        match self.status {
            Some(status) => sql.push(" = ").literal(&status),
            None => sql.is_one_of(&[InboundStatus::Waiting, InboundStatus::Dead]),
        };
        sql.push(" AND payload <> ").push(row::EMPTY);
        if let Some(source) = &self.source {
            sql.push(" AND source = ").bind(source.as_str());
        }
        if !self.topics.is_empty() {
            let topics: Vec<&str> = self.topics.iter().map(String::as_str).collect();
            sql.push(" AND topic").is_any_text(&topics);
        }
        if let Some(since) = self.since {
            sql.push(" AND created_at >= ").bind(since);
        }
        if let Some(before) = self.before {
            sql.push(" AND created_at < ").bind(before);
        }
        sql.write(format_args!(" ORDER BY created_at, id LIMIT {}", MAX_ITEMS + 1));
        let mut events = Replayable::read_all(&unit.rows(sql).await?)?;
        let has_more = events.len() > MAX_ITEMS;
        events.truncate(MAX_ITEMS);
        Ok((events, has_more))
    }
}

/// An event without its payload.
struct Replayable {
    id: Uuid,
    source: String,
    object_key: Option<String>,
    topic: String,
    status: InboundStatus,
    is_empty: bool,
}

impl Replayable {
    /// The beginning of a statement that selects some.
    const SELECT: &str = "SELECT id, source, object_key, topic, status, \
                          CASE WHEN payload = '{}' THEN 'empty' END AS rest FROM inbound_webhooks WHERE ";

    fn read_all(rows: &[QueryResult]) -> Result<Vec<Self>> {
        rows.iter().map(Self::read).collect()
    }

    fn read(row: &QueryResult) -> Result<Self> {
        let rest: Option<String> = row.try_get_by("rest")?;
        Ok(Self {
            id: row.try_get_by("id")?,
            source: row.try_get_by("source")?,
            object_key: row.try_get_by("object_key")?,
            topic: row.try_get_by("topic")?,
            status: enum_value(row, "status")?,
            is_empty: rest.is_some(),
        })
    }

    fn check(&self) -> Result<(), Refusal> {
        state::check(self.status, InboundStatus::Received)?;
        match self.is_empty {
            true => Err(row::refuse_empty()),
            false => Ok(()),
        }
    }
}

/// Has events processed once more; those that still could be.
async fn receive_again(unit: &mut UnitOfWork, events: &[Replayable]) -> Result<Vec<Uuid>> {
    let names = events.iter().map(|event| row::name(&event.source, event.object_key.as_deref(), event.id));
    unit.lock_names(names).await?;
    let dead = events.iter().filter(|event| event.status == InboundStatus::Dead);
    death::call_off(unit, &dead.map(|event| event.id).collect::<Vec<_>>()).await?;
    again(unit, &events.iter().map(|event| event.id).collect::<Vec<_>>()).await
}

/// Marks events that were not processed as received, and returns which ones.
pub(super) async fn again(unit: &UnitOfWork, events: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("UPDATE inbound_webhooks SET status = ").literal(&InboundStatus::Received);
    sql.push(", attempts = 0, error = NULL, processed_at = NULL, next_attempt_at = ").now();
    sql.push(", updated_at = ").now().push(" WHERE status");
    sql.is_one_of(&[InboundStatus::Waiting, InboundStatus::Ignored, InboundStatus::Dead]);
    sql.push(" AND id").is_any(events);
    sql.push(" RETURNING id");
    ids(&unit.returning(sql).await?)
}
