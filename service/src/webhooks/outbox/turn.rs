//! What is written for an endpoint that this server holds: what was tried, what has happened, and that it is still held.

use std::{collections::HashSet, sync::Arc};

use entity::sea_orm_active_enums::DeliveryStatus;
use uuid::Uuid;

use super::{
    disable::{disable, is_too_long},
    endpoint::{Endpoint, lease},
    order,
    outcome::{Answer, Tried, Written},
};
use crate::{
    Actor, Result, Service, UnitOfWork,
    database::{Column, columns},
    events::{Cursor, EventKind, Logged},
};

/// What there is to write.
#[derive(Debug, Default)]
pub struct Turn {
    /// What happened and is to be sent.
    pub events: Vec<Arc<Logged>>,
    /// The place in the log up to which that is all.
    pub read_to: Option<Cursor>,
    /// What was tried.
    pub tried: Vec<Tried>,
}

impl Service {
    /// Writes what there is to write, and renews the lease; the endpoint as it is now. None if this server does not hold
    /// it any more, or it is disabled: nothing was written then, and what was tried will be tried again.
    pub async fn keep_endpoint(&self, endpoint: &Endpoint, turn: &Turn) -> Result<Option<Endpoint>> {
        let mut unit = self.begin(&Actor::server()).await?;
        let kept = keep(&mut unit, endpoint, turn).await;
        unit.end(kept).await
    }
}

async fn keep(unit: &mut UnitOfWork, endpoint: &Endpoint, turn: &Turn) -> Result<Option<Endpoint>> {
    let works = turn.tried.iter().filter_map(Tried::works).reduce(|one, other| one || other);
    let Some(kept) = renew(unit, endpoint, turn.read_to, works).await? else { return Ok(None) };
    write(unit, endpoint.id, turn).await?;
    let is_gone = turn.tried.iter().any(|tried| matches!(tried.answer, Answer::Gone(_)));
    let reason = match works == Some(false) && is_too_long(kept.failing_since, unit.now()) {
        _ if is_gone => "the receiver answered that it is gone (410)",
        true => "every attempt failed for five days",
        false => return Ok(Some(kept)),
    };
    disable(unit, endpoint.id, reason).await?;
    Ok(None)
}

/// Renews the lease, if this server has it; the row is locked then.
pub(super) async fn renew(
    unit: &UnitOfWork,
    endpoint: &Endpoint,
    read_to: Option<Cursor>,
    works: Option<bool>,
) -> Result<Option<Endpoint>> {
    let mut sql = unit.sql();
    sql.push("UPDATE webhook_endpoints SET leased_until = ").bind(lease(unit.now()));
    if let Some((transaction, position)) = read_to.map(Cursor::numbers) {
        sql.push(", cursor_transaction = ").bind(transaction).push(", cursor_position = ").bind(position);
    }
    match works {
        Some(true) => sql.push(", failing_since = NULL"),
        Some(false) => sql.push(", failing_since = COALESCE(failing_since, ").now().push(")"),
        None => &mut sql,
    };
    sql.push(" WHERE is_active AND id = ").bind(endpoint.id);
    sql.push(" AND leased_until = ").bind(endpoint.leased_until);
    sql.write(format_args!(" RETURNING {}", Endpoint::COLUMNS));
    unit.returning(sql).await?.first().map(Endpoint::read).transpose()
}

/// Writes what was tried and what is to be sent, and then which deliveries are the first ones of their objects.
async fn write(unit: &UnitOfWork, endpoint: Uuid, turn: &Turn) -> Result<()> {
    let written: Vec<Written> = turn.tried.iter().map(|tried| tried.written(unit.now())).collect();
    if !written.is_empty() {
        unit.update("webhook_deliveries", &tried_columns(), &[("updated_at", unit.now().into())], &written);
    }
    write_new(unit, endpoint, &turn.events);
    let failed: Vec<Uuid> = written.iter().filter(|written| written.is_open()).map(|written| written.id).collect();
    if !failed.is_empty() {
        // An earlier event of the object may be sent again meanwhile.
        order::hold(unit, endpoint, Some(&failed)).await?;
    }
    let ended = turn.tried.iter().zip(&written).filter(|(_, written)| !written.is_open());
    let ended: Vec<Uuid> = ended.map(|(tried, _)| tried.delivery.aggregate_id).collect();
    order::wake(unit, endpoint, &ended).await
}

fn tried_columns() -> [Column<Written>; 7] {
    columns!(Written: id, status, attempts, next_attempt_at, response_status, error, delivered_at)
}

/// A delivery of an event.
struct New {
    id: Uuid,
    transaction_number: i64,
    position: i64,
    kind: EventKind,
    aggregate_id: Uuid,
    /// Whether none before it here is about the same object.
    is_first: bool,
}

/// Adds deliveries of events. One that follows another pending one of its object has no time.
fn write_new(unit: &UnitOfWork, endpoint: Uuid, events: &[Arc<Logged>]) {
    // The mark of where the log begins, and what only a newer version knows.
    let known = events.iter().filter(|event| event.kind != EventKind::Other);
    let mut objects = HashSet::new();
    let new: Vec<New> = known.map(|event| New::of(event, objects.insert(event.aggregate_id))).collect();
    if new.is_empty() {
        return;
    }
    unit.write(|sql| {
        let columns = columns!(New: id, transaction_number, position, kind, aggregate_id, is_first);
        sql.push("INSERT INTO webhook_deliveries (id, endpoint_id, transaction_number, position, kind, aggregate_id, ");
        sql.push("status, attempts, next_attempt_at, created_at, updated_at) SELECT k.id, ").bind(endpoint);
        sql.push(", k.transaction_number, k.position, k.kind, k.aggregate_id, ").literal(&DeliveryStatus::Pending);
        // One that ends in the same turn may still be pending here: what follows it is woken afterwards.
        sql.push(", 0, CASE WHEN k.is_first AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS b WHERE ");
        order::write_pending(sql, endpoint, "k.aggregate_id");
        sql.push(") THEN ").now().push(" END, ").now().push(", ").now().push(" FROM ").records(&columns, &new);
        // Without a condition SQLite takes what follows for a part of the join.
        sql.push(" WHERE TRUE ON CONFLICT (endpoint_id, transaction_number, position) DO NOTHING");
    });
}

impl New {
    fn of(event: &Logged, is_first: bool) -> Self {
        let (transaction_number, position) = event.cursor.numbers();
        let (kind, aggregate_id) = (event.kind, event.aggregate_id);
        Self { id: Uuid::now_v7(), transaction_number, position, kind, aggregate_id, is_first }
    }
}
