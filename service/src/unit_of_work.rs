//! A unit of work: one transaction with what it tells the world.
//!
//! - `statements`: how it reads and writes. `written`: what is left when everything is written.
//! - `shared`: what a unit needs that does several calls.

mod shared;
mod statements;
mod written;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

pub(crate) use self::written::Written;
use self::written::undo;
use crate::{
    Error, Result,
    access::Operation,
    audit::{self, Entry},
    clock::Clock,
    database::{Batch, Database, Engine, Reading, Sql, Transaction},
    events::{self, Event, Log},
    keys::KeyCache,
    links::Links,
    measures::{Measures, TaskEnd},
    memory::Memory,
    principal::Principal,
    servers::Servers,
    shared::CallQueue,
    signals::Signals,
};

/// The rules of the shop over one database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    database: Database,
    clock: Clock,
    signals: Signals,
    log: Log,
    /// Where calls wait for each other.
    queues: Arc<Memory>,
    keys: KeyCache,
    servers: Servers,
    links: Option<Arc<Links>>,
}

impl Service {
    /// The rules over a database.
    pub fn new(database: Database, clock: Clock) -> Self {
        let signals = Signals::default();
        let log = Log::new(database.clone(), signals.clone(), events::Settings::default());
        Self {
            database,
            clock,
            signals,
            log,
            queues: Arc::default(),
            keys: KeyCache::default(),
            servers: Servers::default(),
            links: None,
        }
    }

    /// Follows the log by these settings.
    pub fn with_log(mut self, settings: events::Settings) -> Self {
        self.log = Log::new(self.database.clone(), self.signals.clone(), settings);
        self
    }

    /// Signs links in messages with these.
    pub fn with_links(mut self, links: impl Into<Option<Links>>) -> Self {
        self.links = links.into().map(Arc::new);
        self
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What is counted and timed.
    pub fn measures(&self) -> &Arc<Measures> {
        self.database.measures()
    }

    /// The clock that every rule asks.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Who is woken when something was committed.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// What happened, and what happens.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The servers that use the database.
    pub fn servers(&self) -> &Servers {
        &self.servers
    }

    /// What signs links in messages; none if the server has no secret, or does not know where people reach it.
    pub fn links(&self) -> Option<&Links> {
        self.links.as_deref()
    }

    /// Where what needs no transaction is read, now.
    pub(crate) fn source(&self) -> Reading<'_> {
        Reading::new(&self.database, self.clock.now())
    }

    /// Where calls wait for each other that are done in groups of a sort.
    pub(crate) fn queue<G: Send + 'static>(&self) -> CallQueue<G> {
        self.queues.of_default(|queue: &mut CallQueue<G>| queue.clone())
    }

    /// The keys that this process has met.
    pub(crate) fn keys(&self) -> &KeyCache {
        &self.keys
    }

    /// Begins a unit of work; dropping it undoes everything.
    pub async fn begin(&self, actor: &Actor) -> Result<UnitOfWork> {
        if !actor.principal.is_server() {
            self.database.check_room()?;
        }
        let (engine, now) = (self.database.engine(), self.clock.now());
        Ok(UnitOfWork {
            txn: self.database.begin().await?,
            engine,
            now,
            batch: Mutex::new(Batch::new(engine, now)),
            executed: AtomicUsize::new(0),
            has_failed: AtomicBool::new(false),
            memory: Memory::default(),
            actor: actor.clone(),
            signals: self.signals.clone(),
            keys: self.keys.clone(),
            measures: Arc::clone(self.measures()),
            links: self.links.clone(),
            changes_keys: false,
            events: Vec::new(),
            entries: Vec::new(),
            ends: Vec::new(),
        })
    }

    /// The same for one that waits for no lock longer than `lock_timeout`: it fails with
    /// [`Error::Locked`](crate::Error::Locked) instead.
    pub(crate) async fn begin_within(&self, actor: &Actor, lock_timeout: Duration) -> Result<UnitOfWork> {
        let unit = self.begin(actor).await?;
        if !unit.engine.has_one_writer() {
            let mut sql = unit.sql();
            sql.push("SELECT ").lock_timeout(lock_timeout);
            unit.rows(sql).await?;
        }
        Ok(unit)
    }
}

/// Who acts, and in which request.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who.
    pub principal: Principal,
    /// The request's id in the log.
    pub request: Option<String>,
}

impl Actor {
    /// The server itself.
    pub fn server() -> Self {
        Self { principal: Principal::server(), request: None }
    }
}

/// One transaction, with the events and the audit entries that belong to it.
#[derive(Debug)]
pub struct UnitOfWork {
    txn: Transaction,
    engine: Engine,
    now: DateTime<Utc>,
    /// What is to be written before the next statement.
    batch: Mutex<Batch>,
    /// How many statements that write were run at once.
    executed: AtomicUsize,
    /// Whether a statement failed.
    has_failed: AtomicBool,
    /// What was read and need not be read again.
    memory: Memory,
    actor: Actor,
    signals: Signals,
    keys: KeyCache,
    measures: Arc<Measures>,
    links: Option<Arc<Links>>,
    changes_keys: bool,
    events: Vec<Event>,
    entries: Vec<Entry>,
    /// The tasks that end with it.
    ends: Vec<TaskEnd>,
}

impl UnitOfWork {
    /// The one time that everything in it happens at.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Who acts.
    pub fn principal(&self) -> &Principal {
        &self.actor.principal
    }

    /// An empty statement.
    pub fn sql(&self) -> Sql {
        Sql::new(self.engine).at(self.now)
    }

    /// What signs links in messages; none if the server cannot.
    pub(crate) fn links(&self) -> Option<&Links> {
        self.links.as_deref()
    }

    /// What was read and need not be read again.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Tells what happened to the work.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Notes a task that ends, for the figures.
    pub(crate) fn ends(&mut self, end: TaskEnd) {
        self.ends.push(end);
    }

    /// Writes down what was done to an object: `before` and `after` are objects, or null.
    pub fn record(
        &mut self,
        operation: Operation,
        object_type: &'static str,
        object_id: Uuid,
        before: impl Serialize,
        after: impl Serialize,
    ) {
        let json = |value: Result<Json, serde_json::Error>| value.ok().filter(Json::is_object);
        self.entries.push(Entry {
            operation,
            object_type,
            object_id: Some(object_id),
            request: self.actor.request.clone(),
            before: json(serde_json::to_value(before)),
            after: json(serde_json::to_value(after)),
        });
    }

    /// Says that API keys change: what this process knows of them is read anew after the commit.
    pub(crate) fn change_keys(&mut self) {
        self.changes_keys = true;
    }

    /// Commits what went well, and undoes what did not.
    pub async fn end<T>(self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Ok(value) => self.commit().await.map(|()| value),
            Err(error) => {
                self.fail(&error).await;
                Err(error)
            }
        }
    }

    /// Undoes everything because of an error.
    pub(crate) async fn fail(self, error: &Error) {
        self.txn.failed(error);
        self.undo().await;
    }

    /// Undoes everything now: a unit that is dropped is undone a little later, and holds its locks until then.
    pub async fn undo(self) {
        undo(self.txn).await;
    }

    /// Writes the events and entries, commits, and wakes those who wait for it.
    pub async fn commit(self) -> Result<()> {
        self.write_all().await?.commit().await
    }

    /// Writes everything, the events and entries too: only the commit is left.
    pub(crate) async fn write_all(mut self) -> Result<Written> {
        let written = self.write_events_and_entries().await;
        match written {
            Ok(()) => {
                if !self.events.is_empty() || !self.entries.is_empty() {
                    self.txn.wrote();
                }
                let wakes = match &self.events[..] {
                    [] => None,
                    events => Some(events.iter().any(|event| event.kind.makes_claimable())),
                };
                let forget = self.changes_keys.then_some(self.keys);
                let (txn, signals, measures) = (self.txn, self.signals, self.measures);
                Ok(Written { txn, signals, measures, forget, wakes, ends: self.ends })
            }
            Err(error) => {
                self.fail(&error).await;
                Err(error)
            }
        }
    }

    async fn write_events_and_entries(&self) -> Result<()> {
        events::append(&mut self.batch(), &self.actor.principal.name, self.now, &self.events);
        audit::append(&mut self.batch(), &self.actor.principal, self.now, &self.entries);
        self.write_now().await
    }
}
