//! Processing what was received: in the order of arrival, one event of an object at a time.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, stream};
use sea_orm::{ConnectionTrait, QueryResult};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::{attempt::attempt, row};
use crate::{Error, Result, Service, database::Sql, measures::Job, principal::Source};

/// The most events of one search.
const BATCH: usize = 200;
/// The most events that are left to others, beside which more are looked for.
const MOST_LEFT: usize = 1_000;
/// How many objects are worked on at once, where several can write.
const AT_ONCE: usize = 4;

/// An event that is due.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub(super) id: Uuid,
    pub(super) source: Source,
    object_key: Option<String>,
}

impl Due {
    /// None of a source that only another version knows.
    fn read(row: &QueryResult) -> Result<Option<Self>> {
        let source: String = row.try_get_by("source")?;
        let Some(source) = Source::named(&source) else { return Ok(None) };
        Ok(Some(Self { id: row.try_get_by("id")?, source, object_key: row.try_get_by("object_key")? }))
    }

    /// What whoever works on it holds.
    pub(super) fn name(&self) -> String {
        row::name(self.source.name(), self.object_key.as_deref(), self.id)
    }
}

/// Processes what is received, until it is dropped: what this process received at once, and all else every so often.
/// None does it whose clock is wrong.
pub(crate) async fn keep(service: &Service, every: Duration) {
    let mut received = service.signals().listen_received();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            // The sender lives as long as the service.
            _ = received.changed() => {}
        }
        if service.servers().is_skewed() {
            continue;
        }
        match service.measures().jobs.run(Job::Webhooks, service.clock(), process_due(service)).await {
            Ok(0) => {}
            Ok(count) => tracing::debug!(count, "webhooks were processed"),
            // The next tick tries again.
            Err(error) => tracing::warn!("webhooks were not processed: {}", error.explained()),
        }
    }
}

/// Processes what is due; how many events. What somebody else works on is left to them.
pub(crate) async fn process_due(service: &Service) -> Result<usize> {
    let (mut count, mut left) = (0, Vec::new());
    loop {
        let found = find(service, &left).await?;
        // The next tick goes on.
        if found.is_empty() || left.len() >= MOST_LEFT {
            return Ok(count);
        }
        let at_once = if service.database().engine().has_one_writer() { 1 } else { AT_ONCE };
        let runs = by_object(found).into_iter().map(|events| in_turn(service.clone(), events));
        let runs: Vec<Run> = stream::iter(runs).buffer_unordered(at_once).collect().await;
        for run in runs {
            count += run.count;
            left.extend(run.left);
            if let Some(error) = run.error {
                return Err(error);
            }
        }
    }
}

/// What is due, but those.
async fn find(service: &Service, but: &[Uuid]) -> Result<Vec<Due>> {
    let mut sql = Sql::new(service.database().engine());
    sql.push("SELECT id, source, object_key FROM inbound_webhooks WHERE next_attempt_at <= ");
    // Few are due, and nearly all have such a source: SQLite must not choose an index of the sources.
    sql.bind(service.clock().now()).push(" AND (source || '')").is_any_text(&Source::ALL.map(Source::name));
    if !but.is_empty() {
        sql.push(" AND NOT id").is_any(but);
    }
    sql.write(format_args!(" ORDER BY next_attempt_at, created_at, id LIMIT {BATCH}"));
    let rows = service.database().reader().query_all_raw(sql.into_statement()?).await?;
    rows.iter().filter_map(|row| Due::read(row).transpose()).collect()
}

/// The events of each object, in their order.
fn by_object(events: Vec<Due>) -> Vec<Vec<Due>> {
    let mut objects: Vec<Vec<Due>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for event in events {
        let place = *places.entry(event.name()).or_insert(objects.len());
        match objects.get_mut(place) {
            Some(object) => object.push(event),
            None => objects.push(vec![event]),
        }
    }
    objects
}

/// The outcome for the events of an object.
struct Run {
    /// How many were processed, or failed.
    count: usize,
    /// Those that somebody else works on.
    left: Vec<Uuid>,
    /// Why the rest was not tried.
    error: Option<Error>,
}

/// Processes the events of an object, one after the other.
async fn in_turn(service: Service, events: Vec<Due>) -> Run {
    let mut run = Run { count: 0, left: Vec::new(), error: None };
    for event in events {
        match attempt(&service, &event).await {
            Ok(true) => run.count += 1,
            Ok(false) => run.left.push(event.id),
            Err(error) => {
                run.error = Some(error);
                break;
            }
        }
    }
    run
}
