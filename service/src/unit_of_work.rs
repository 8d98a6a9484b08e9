//! A unit of work: one transaction with what it tells the world.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Error, Result,
    access::Operation,
    audit::{self, Entry},
    clock::Clock,
    database::{Batch, Database, Engine, Sql, Transaction, row},
    events::{self, Event, Log},
    keys::KeyCache,
    measures::{Measures, TaskEnd},
    principal::Principal,
    servers::Servers,
    signals::Signals,
    work::CallQueue,
};

/// The rules of the shop over one database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    database: Database,
    clock: Clock,
    signals: Signals,
    log: Log,
    call_queue: CallQueue,
    keys: KeyCache,
    servers: Servers,
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
            call_queue: CallQueue::default(),
            keys: KeyCache::default(),
            servers: Servers::default(),
        }
    }

    /// Follows the log by these settings.
    pub fn with_log(mut self, settings: events::Settings) -> Self {
        self.log = Log::new(self.database.clone(), self.signals.clone(), settings);
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

    /// Where calls wait for each other.
    pub(crate) fn call_queue(&self) -> &CallQueue {
        &self.call_queue
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
            actor: actor.clone(),
            signals: self.signals.clone(),
            keys: self.keys.clone(),
            measures: Arc::clone(self.measures()),
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
    actor: Actor,
    signals: Signals,
    keys: KeyCache,
    measures: Arc<Measures>,
    changes_keys: bool,
    events: Vec<Event>,
    entries: Vec<Entry>,
    /// The tasks that end with it.
    ends: Vec<TaskEnd>,
}

impl UnitOfWork {
    /// The transaction, with everything written.
    pub async fn txn(&self) -> Result<&DatabaseTransaction> {
        self.write_now().await?;
        Ok(&self.txn)
    }

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

    /// Writes something before the next statement or at the end, together with what else is written until then. See
    /// [`Batch`] for what goes together.
    ///
    /// It must not wait for another transaction and then go on: write only rows that this unit has locked or made. The
    /// last of these statements also writes the events, whose place in the log must be chosen after the last wait.
    pub fn write(&self, write: impl FnOnce(&mut Sql)) {
        self.batch().add(write);
    }

    async fn write_now(&self) -> Result<()> {
        let statements: Vec<Sql> = self.batch().take().collect();
        for sql in statements {
            self.txn.execute_raw(sql.into_statement()?).await?;
        }
        Ok(())
    }

    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a statement that yields rows.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        Ok(self.txn().await?.query_all_raw(sql.into_statement()?).await?)
    }

    /// Runs a statement that yields ids, in a column `id`.
    pub async fn ids<C: FromIterator<Uuid>>(&self, sql: Sql) -> Result<C> {
        row::ids(&self.rows(sql).await?)
    }

    /// Runs a statement; the number of rows it wrote.
    pub async fn execute(&self, sql: Sql) -> Result<u64> {
        Ok(self.txn().await?.execute_raw(sql.into_statement()?).await?.rows_affected())
    }

    /// Waits until no other unit holds this name, and holds it until its end.
    pub async fn lock_name(&self, name: &str) -> Result<()> {
        let mut sql = self.sql();
        sql.push("SELECT ").hold(name);
        self.rows(sql).await.map(drop)
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
        audit::append(&mut self.batch(), &self.actor, self.now, &self.entries);
        self.write_now().await
    }
}

async fn undo(txn: Transaction) {
    if let Err(error) = txn.rollback().await {
        // SQLite may have rolled back by itself. The connection is closed, and with it whatever is left.
        tracing::info!("the rollback of a transaction failed: {}", error.explained());
    }
}

/// A unit of work that only has to be committed.
#[derive(Debug)]
pub(crate) struct Written {
    txn: Transaction,
    signals: Signals,
    measures: Arc<Measures>,
    /// What this process knows of keys that changed.
    forget: Option<KeyCache>,
    /// Whether its events wake those who wait for work, too; none without events.
    wakes: Option<bool>,
    /// The tasks that end with it.
    ends: Vec<TaskEnd>,
}

impl Written {
    /// Undoes everything now.
    pub(crate) async fn undo(self) {
        undo(self.txn).await;
    }

    /// Commits, and wakes those who wait for it. After an error nobody knows whether it was committed.
    pub(crate) async fn commit(self) -> Result<()> {
        self.txn.commit().await?;
        self.measures.work.ended(&self.ends);
        if let Some(keys) = self.forget {
            keys.forget();
        }
        if let Some(claimable) = self.wakes {
            self.signals.committed(claimable);
        }
        Ok(())
    }
}
