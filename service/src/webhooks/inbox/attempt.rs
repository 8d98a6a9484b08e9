//! Processing one event, in a transaction of its own.

use entity::inbound_webhooks;

use super::{
    ending,
    event::{Applied, InboundEvent},
    process::Due,
    row,
};
use crate::{
    Actor, Error, Result, Service, UnitOfWork,
    principal::{Principal, Source},
    refusal::Code,
    retry,
    webhooks::{shopify, stripe},
};

/// The outcome of an attempt.
enum Tried {
    /// All of it was written.
    Written,
    /// Nothing may be left but what became of the event.
    Undone(Applied),
    /// Somebody else works on the same object, or did.
    Left,
}

/// What is written of an event, and nothing else.
enum Note<'a> {
    Applied(Applied),
    Failure(&'a Error),
}

/// Processes an event. False if it was left to somebody else.
pub(super) async fn attempt(service: &Service, due: &Due) -> Result<bool> {
    let one_try = || async move { once(service, due).await };
    match retry::on_collision(&service.measures().retries, one_try).await {
        Ok(is_done) => Ok(is_done),
        // Nothing can be written now, not even that it failed.
        Err(error @ Error::Unavailable(_)) => Err(error),
        // It cannot be applied, however often it is tried.
        Err(Error::Refused(refusal)) if refusal.code == Code::Invalid => {
            note(service, due, Note::Applied(Applied::dead(&refusal))).await
        }
        Err(error) => {
            tracing::warn!(id = %due.id, "a webhook of {} failed: {}", due.source.name(), error.explained());
            note(service, due, Note::Failure(&error.refused_by_rule())).await
        }
    }
}

async fn once(service: &Service, due: &Due) -> Result<bool> {
    let mut unit = begin(service, due.source).await?;
    match process(&mut unit, due).await {
        Ok(Tried::Undone(applied)) => {
            unit.undo().await;
            note(service, due, Note::Applied(applied)).await
        }
        Ok(Tried::Left) => {
            unit.undo().await;
            Ok(false)
        }
        Ok(Tried::Written) => unit.end(Ok(true)).await,
        Err(error) => unit.end(Err(error)).await,
    }
}

async fn begin(service: &Service, source: Source) -> Result<UnitOfWork> {
    service.begin(&Actor { principal: Principal::connection(source), request: None }).await
}

async fn process(unit: &mut UnitOfWork, due: &Due) -> Result<Tried> {
    let mut sql = unit.sql();
    sql.push("SELECT 1 WHERE ").hold_if_free(&due.name());
    if unit.rows(sql).await?.is_empty() {
        return Ok(Tried::Left);
    }
    // What somebody else did before is seen now.
    let Some(row) = open(unit, due).await? else { return Ok(Tried::Left) };
    if row.next_attempt_at.is_none_or(|at| at.to_utc() > unit.now()) {
        return Ok(Tried::Left);
    }
    let event = InboundEvent::from(row.clone());
    let before = unit.mark();
    let applied = match due.source {
        Source::Shopify => shopify::apply(unit, &event).await?,
        Source::Stripe => stripe::apply(unit, &event).await?,
    };
    let is_unchanged = unit.mark() == before;
    match applied {
        Applied::Waits(_) | Applied::Dead(_) if !is_unchanged => Ok(Tried::Undone(applied)),
        applied => ending::write(unit, &row, applied).await.map(|()| Tried::Written),
    }
}

/// Writes something of an event, if it is still to be processed.
async fn note(service: &Service, due: &Due, note: Note<'_>) -> Result<bool> {
    let mut unit = begin(service, due.source).await?;
    let noted = write_note(&mut unit, due, note).await;
    unit.end(noted).await
}

async fn write_note(unit: &mut UnitOfWork, due: &Due, note: Note<'_>) -> Result<bool> {
    unit.lock_name(&due.name()).await?;
    let Some(row) = open(unit, due).await? else { return Ok(false) };
    match note {
        Note::Applied(applied) => ending::write(unit, &row, applied).await?,
        Note::Failure(error) => ending::write_failure(unit, &row, error).await?,
    }
    Ok(true)
}

/// The event, if it is still to be processed.
async fn open(unit: &UnitOfWork, due: &Due) -> Result<Option<inbound_webhooks::Model>> {
    Ok(row::find(unit, due.id).await?.filter(|row| row::is_open(row.status)))
}
