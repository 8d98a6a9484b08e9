//! Endpoints that a server holds: one server at a time sends to an endpoint, for as long as it renews its lease.

use chrono::{DateTime, TimeDelta, Utc};
use entity::webhook_endpoints;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{
    delivery,
    fields::{self, ENDPOINTS},
    secret::SecretName,
};
use crate::{
    Actor, Result, Service, UnitOfWork,
    database::{Sql, row},
    events::{Cursor, EventKind, Filter},
};

/// How long an endpoint is held without being renewed: a server that crashes delays it for as long.
const LEASE: TimeDelta = TimeDelta::seconds(45);

/// An endpoint as it was when it was last looked at.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its id.
    pub id: Uuid,
    /// Where events are sent.
    pub url: String,
    /// The query whose answer goes with an event.
    pub query: Option<String>,
    /// Counts its changes.
    pub version: i32,
    /// The place in the log up to which it has deliveries.
    pub cursor: Cursor,
    /// The kinds of events that it wants; none for all.
    kinds: Option<Vec<EventKind>>,
    generation: i32,
    /// Until when messages are signed with the secret before, too.
    previous_until: Option<DateTime<Utc>>,
    /// Since when every attempt has failed.
    pub(super) failing_since: Option<DateTime<Utc>>,
    /// Until when it is held. That it is still this time shows that nobody else holds it.
    pub(super) leased_until: Option<DateTime<Utc>>,
}

impl Endpoint {
    /// The columns that [`Endpoint::read`] reads.
    pub(super) const COLUMNS: &str = "id, url, query, version, cursor_transaction, cursor_position, kinds, generation, \
                                      previous_until, failing_since, leased_until";

    pub(super) fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: row.try_get_by("id")?,
            url: row.try_get_by("url")?,
            query: row.try_get_by("query")?,
            version: row.try_get_by("version")?,
            cursor: Cursor::new(row.try_get_by("cursor_transaction")?, row.try_get_by("cursor_position")?),
            kinds: fields::wanted_kinds(&row.try_get_by("kinds")?),
            generation: row.try_get_by("generation")?,
            previous_until: row.try_get_by("previous_until")?,
            failing_since: row.try_get_by("failing_since")?,
            leased_until: row.try_get_by("leased_until")?,
        })
    }

    /// A stored one, whoever holds it.
    pub(super) fn of(row: webhook_endpoints::Model) -> Self {
        Self {
            id: row.id,
            url: row.url,
            query: row.query,
            version: row.version,
            cursor: Cursor::new(row.cursor_transaction, row.cursor_position),
            kinds: fields::wanted_kinds(&row.kinds),
            generation: row.generation,
            previous_until: row.previous_until.map(|until| until.to_utc()),
            failing_since: row.failing_since.map(|since| since.to_utc()),
            leased_until: row.leased_until.map(|until| until.to_utc()),
        }
    }

    /// The events that it wants.
    pub fn filter(&self) -> Filter {
        Filter { kinds: self.kinds.clone(), ..Filter::default() }
    }

    /// The secrets that its messages are signed with at a time, the current one first.
    pub fn secrets(&self, now: DateTime<Utc>) -> impl Iterator<Item = SecretName> + use<> {
        let has_two = self.previous_until.is_some_and(|until| now < until) && self.generation > 1;
        let (endpoint, generation) = (self.id, self.generation);
        let name = move |generation| SecretName { endpoint, generation };
        std::iter::once(name(generation)).chain(has_two.then(|| name(generation - 1)))
    }
}

impl Service {
    /// Takes the active endpoints that no server holds. A server without a secret takes none: it could not sign.
    pub async fn take_endpoints(&self) -> Result<Vec<Endpoint>> {
        let now = self.clock().now();
        if self.links().is_none() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new(self.database().engine());
        sql.push("SELECT e.id FROM webhook_endpoints AS e WHERE ");
        write_free(&mut sql, now);
        sql.write(format_args!(" ORDER BY e.id LIMIT {ENDPOINTS}"));
        let free: Vec<Uuid> = row::ids(&self.database().reader().query_all_raw(sql.into_statement()?).await?)?;
        if free.is_empty() {
            return Ok(Vec::new());
        }
        let unit = self.begin(&Actor::server()).await?;
        let taken = take(&unit, &free).await;
        unit.end(taken).await
    }

    /// Which of these endpoints have deliveries that are due.
    pub async fn due_endpoints(&self, held: &[Uuid]) -> Result<Vec<Uuid>> {
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new(self.database().engine());
        sql.push("SELECT e.id FROM webhook_endpoints AS e WHERE e.id").is_any(held);
        sql.push(" AND EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.endpoint_id = e.id AND ");
        delivery::write_due(&mut sql, self.clock().now());
        sql.push(")");
        row::ids(&self.database().reader().query_all_raw(sql.into_statement()?).await?)
    }

    /// Lets go of an endpoint, so that another server can take it at once.
    pub async fn release_endpoint(&self, endpoint: &Endpoint) -> Result<()> {
        let unit = self.begin(&Actor::server()).await?;
        let mut sql = unit.sql();
        sql.push("UPDATE webhook_endpoints SET leased_until = NULL WHERE id = ").bind(endpoint.id);
        sql.push(" AND leased_until = ").bind(endpoint.leased_until);
        let released = unit.execute(sql).await.map(drop);
        unit.end(released).await
    }
}

async fn take(unit: &UnitOfWork, free: &[Uuid]) -> Result<Vec<Endpoint>> {
    let mut sql = unit.sql();
    sql.push("UPDATE webhook_endpoints SET leased_until = ").bind(lease(unit.now()));
    sql.push(" WHERE id IN (SELECT e.id FROM webhook_endpoints AS e WHERE e.id").is_any(free).push(" AND ");
    write_free(&mut sql, unit.now());
    sql.for_update_skip_locked("e").write(format_args!(") RETURNING {}", Endpoint::COLUMNS));
    unit.returning(sql).await?.iter().map(Endpoint::read).collect()
}

/// Until when a lease lasts that is taken or renewed now.
pub(super) fn lease(now: DateTime<Utc>) -> DateTime<Utc> {
    now + LEASE
}

/// Adds the condition that nobody holds an endpoint `e` which is active.
fn write_free(sql: &mut Sql, now: DateTime<Utc>) {
    sql.push("e.is_active AND (e.leased_until IS NULL OR e.leased_until <= ").bind(now).push(")");
}
