//! Reading rows: one statement for all that wait for the same kind of row at the same moment.
//!
//! - `batch`: within a request, when to read; `cross_request`: across requests, what to read together.
//! - `list`, `by_id`, `by_key`, `children`, `tree`, `probe`: a file for each kind of statement; `aggregate`, [`query`]:
//!   statements of other domains. `joined`: what a row that is looked up brings with it.
//!
//! Nothing in a key depends on the request, and nothing is cached.

mod aggregate;
mod batch;
mod by_id;
mod by_key;
mod children;
mod cross_request;
mod joined;
mod list;
mod probe;
mod tree;

use std::{any::TypeId, hash::Hash, sync::Arc};

use async_graphql::{
    Context, ContextBase, ContextSelectionSet, ObjectType, Request, Response, Schema, SubscriptionType,
    dataloader::{DataLoader, Loader},
};
use futures::{Stream, StreamExt, stream};
use sea_orm::QueryResult;
use service::{
    Actor, Error, Result, Service, access,
    clock::Clock,
    database::{Alias, Col, Database, Requester, Sql},
    zone::{self, Tz},
};
use tokio::task::yield_now;
use uuid::Uuid;

pub use aggregate::{Aggregate, aggregate};
pub(super) use by_id::by_ids;
pub use by_id::{RowReader, by_id};
pub use by_key::{by_key, lower_case};
pub use children::Link;
pub(super) use children::{pages, totals};
pub use cross_request::Shared;
pub use joined::Found;
pub use list::list;
pub use probe::probe;
pub use tree::MAX_STEPS;
pub(super) use tree::{ancestors, write_descendants};

use super::{
    column::Columns,
    meter::{MAX_BYTES, Meter, Statement, too_long},
    table::Table,
};

/// The most rows that requests share a statement for. One request may ask for more.
const BATCH: usize = 10_000;

/// Reads from the database.
#[derive(Debug)]
pub struct Reader {
    database: Database,
    clock: Clock,
}

/// The loaders of one request.
type Loaders = DataLoader<Shared>;

/// The reader of a schema, for its data.
pub fn reader(service: &Service) -> Shared {
    Shared::new(Reader { database: service.database().clone(), clock: service.clock().clone() })
}

/// Executes a request with loaders of its own.
pub async fn execute<Q, M, S>(schema: &Schema<Q, M, S>, request: Request) -> Response
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let requester = requester(&request);
    let (request, started) = with_loaders(schema, request);
    requester.scope(batch::drive(schema.execute(request), started)).await
}

/// Executes a subscription with loaders of its own: they keep nothing from one answer to the next.
pub fn execute_stream<Q, M, S>(
    schema: &Schema<Q, M, S>,
    request: Request,
) -> impl Stream<Item = Response> + Send + use<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let requester = requester(&request);
    let (request, started) = with_loaders(schema, request);
    let mut answers = Box::pin(batch::drive_stream(schema.execute_stream(request), started));
    stream::poll_fn(move |cx| requester.enter(|| answers.poll_next_unpin(cx)))
}

/// For whom its statements run, by the request's data.
fn requester(request: &Request) -> Requester {
    let requester = request.data.get(&TypeId::of::<Requester>()).and_then(|data| data.downcast_ref());
    requester.cloned().unwrap_or_default()
}

fn with_loaders<Q, M, S>(schema: &Schema<Q, M, S>, request: Request) -> (Request, batch::StartedBatches)
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let started = batch::StartedBatches::default();
    let Some(reader) = schema.data::<Shared>() else { return (request, started) };
    let loaders = DataLoader::new(reader.clone(), started.clone(), batch::Now).max_batch_size(usize::MAX);
    (request.data::<Loaders>(loaders).data(started.clone()), started)
}

/// Gives way to other requests while it is worked out what is to be read.
pub(super) async fn give_way(ctx: &ContextSelectionSet<'_>) {
    match ctx.data_opt::<batch::StartedBatches>() {
        Some(started) => started.give_way().await,
        None => yield_now().await,
    }
}

/// An answer, and the statement it came from.
#[derive(Clone, Debug)]
pub struct Answer<V> {
    statement: Statement,
    /// How many of its rows the value is made of.
    rows: usize,
    value: V,
}

impl<V> Answer<V> {
    fn seen<T>(self, ctx: &ContextBase<'_, T>) -> Result<V> {
        if let Some(meter) = ctx.data_opt::<Arc<Meter>>() {
            meter.saw(self.statement, self.rows)?;
        }
        Ok(self.value)
    }
}

impl Reader {
    fn sql(&self) -> Sql {
        Sql::new(self.database.engine()).at(self.clock.now())
    }

    /// Notes for how many keys a statement looks.
    fn note(&self, loader: &'static str, keys: usize) {
        self.database.measures().loaders.note(loader, keys);
    }

    async fn rows(&self, sql: Sql) -> Result<(Statement, Vec<QueryResult>)> {
        let statement = Statement::next();
        let rows = self.database.read(sql).await?;
        Ok((statement.found(rows.len()), rows))
    }

    /// Reads row by row, each of which says how many bytes it keeps: an answer would be longer than it may be long before
    /// memory is.
    async fn read_bounded(
        &self,
        sql: Sql,
        mut read: impl FnMut(&QueryResult) -> Result<usize> + Send,
    ) -> Result<Statement> {
        let statement = Statement::next();
        let (mut rows, mut bytes) = (0, 0_usize);
        let count = |row| {
            rows += 1;
            bytes = bytes.saturating_add(read(&row)?);
            if bytes > MAX_BYTES { Err(too_long()) } else { Ok(()) }
        };
        self.database.read_each(sql, count).await?;
        Ok(statement.found(rows))
    }
}

/// Reads for one request what it shares with no other.
pub(super) struct Reading<'a> {
    reader: &'a Reader,
    meter: Option<&'a Arc<Meter>>,
    table: &'static Table,
}

impl<'a> Reading<'a> {
    /// Of the rows of a table.
    pub(super) fn of<T>(ctx: &ContextBase<'a, T>, table: &'static Table) -> Result<Self> {
        Ok(Self { reader: loader(ctx)?.loader().reader(), meter: ctx.data_opt(), table })
    }

    /// An empty statement.
    pub(super) fn sql(&self) -> Sql {
        self.reader.sql()
    }

    /// Reads row by row; see [`Reader::read_bounded`]. `keys` says for how many rows it looks.
    pub(super) async fn read(
        &self,
        sql: Sql,
        keys: usize,
        read: &mut (impl FnMut(&QueryResult) -> Result<usize> + Send),
    ) -> Result<()> {
        self.reader.note(self.table.name, keys);
        let mut rows = 0;
        let count = |row: &QueryResult| {
            rows += 1;
            read(row)
        };
        let statement = self.reader.read_bounded(sql, count).await?;
        self.saw(statement, rows)
    }

    /// The time zone of the shop.
    pub(super) async fn zone(&self) -> Result<Tz> {
        let statement = Statement::next();
        let zone = zone::of_shop(&self.reader.database, self.reader.clock.now()).await?;
        self.saw(statement.found(1), 1)?;
        Ok(zone)
    }

    fn saw(&self, statement: Statement, rows: usize) -> Result<()> {
        self.meter.map_or(Ok(()), |meter| meter.saw(statement, rows))
    }
}

/// What a statement of another domain finds, for this request alone.
pub async fn query(ctx: &Context<'_>, write: impl FnOnce(&mut Sql)) -> Result<Vec<QueryResult>> {
    let reader = loader(ctx)?.loader().reader();
    let mut sql = reader.sql();
    write(&mut sql);
    let (statement, value) = reader.rows(sql).await?;
    Answer { statement, rows: value.len(), value }.seen(ctx)
}

/// Refuses to read what the principal may not read.
fn check_access<T>(ctx: &ContextBase<'_, T>, table: &Table) -> Result<()> {
    let Some(operation) = table.guard else { return Ok(()) };
    let actor = ctx.data::<Actor>().map_err(|_| Error::internal("the request has no actor"))?;
    access::check(&actor.principal, operation)
}

fn write_columns(sql: &mut Sql, of: &Table, table: impl std::fmt::Display, columns: Columns) {
    let mut separator = "";
    for column in columns.iter() {
        sql.push(separator).write(format_args!("{table}.\"{}\"", of.columns()[column].name));
        separator = ", ";
    }
}

fn column(of: &Table, table: Alias, column: usize) -> Col {
    Col { table, name: of.columns()[column].name }
}

/// What is found for a key, in the next statement that reads its kind.
async fn load<K, V, T>(ctx: &ContextBase<'_, T>, key: K) -> Result<Option<V>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Send + Sync + Clone + 'static,
    Shared: Loader<K, Value = Answer<V>, Error = Error>,
{
    let answer = loader(ctx)?.load_one(key).await?;
    answer.map(|answer| answer.seen(ctx)).transpose()
}

fn loader<'a, T>(ctx: &ContextBase<'a, T>) -> Result<&'a Loaders> {
    ctx.data::<Loaders>().map_err(|_| Error::internal("the request has no loaders"))
}

/// The values of some ids, as one key gives them.
async fn each<V>(ids: &[Uuid], loaded: impl Future<Output = Result<Option<Vec<V>>>>) -> Result<Vec<V>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    loaded.await?.filter(|values| values.len() == ids.len()).ok_or_else(|| Error::internal("keys without an answer"))
}
