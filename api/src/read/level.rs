//! Answers, level by level: all rows of a level are known before anything below them is read, so that a relation costs one
//! statement for the whole level, and no future for a row. Only what is made of columns is left to the library.
//!
//! `fill` reads what hangs below the rows of a level, each row once; `write` makes JSON text of them when everything is
//! there, and tells of what failed at every place where it is missing.

mod fill;
mod write;

use std::sync::Arc;

use async_graphql::{
    ContextSelectionSet, PathSegment, Positioned, ServerError, ServerResult, Value, parser::types::Field,
};
use service::Error;
use tokio::task::{spawn_blocking, yield_now};

use self::write::Writer;
use super::{
    any_row::AnyRow,
    connection::Page,
    json::{self, Json},
    list::List,
    load::Found,
    meter::Meter,
    plan::{Document, PagePlan, RowPlan},
};

/// The number of rows of a level after which other tasks get their turn.
const ROWS: usize = 10_000;

/// The answers are merged by the library: fields of one name stand in several places of the document. They must be values
/// then, not text.
#[derive(Clone, Copy, Debug)]
pub struct Merged;

/// What hangs below the rows of a level, for one field of their plan.
enum Below {
    /// Nothing: the rows have it themselves.
    Nothing,
    /// A row for each, by its place among these, or none.
    One { places: Vec<Option<usize>>, level: Level },
    /// Rows for each, by the place of its list among these.
    Many { places: Vec<usize>, ends: Vec<usize>, level: Level },
    /// A page for each, by its place among these.
    Pages { places: Vec<usize>, pages: Pages },
    /// A value for each, or why there is none.
    Values(Vec<ServerResult<Value>>),
    /// It could not be read, for none of them. Where that is, is not known here.
    Failed(ServerError),
}

/// Rows, and what hangs below them.
struct Level {
    rows: Vec<Arc<AnyRow>>,
    below: Vec<Below>,
}

/// Pages of one list.
struct Pages {
    list: Arc<List>,
    pages: Vec<Slice>,
    /// The rows of all pages, one after the other.
    rows: Vec<Arc<AnyRow>>,
    below: Vec<BelowPage>,
    /// Text that shows figures: for each field of the plan that asks for some, one for each page.
    figures: Vec<Vec<Json>>,
}

/// A page: where its rows stand.
#[derive(Clone, Copy)]
struct Slice {
    /// Its place among the pages.
    number: usize,
    start: usize,
    end: usize,
    /// Whether there are more rows in the direction of reading.
    more: bool,
    total: Option<i64>,
}

/// What hangs below pages, for one field of their plan.
enum BelowPage {
    /// Nothing: the pages have it themselves.
    Nothing,
    /// Below their rows.
    Nodes(Vec<Below>),
    /// Below their rows, for each field of an edge.
    Edges(Vec<Vec<Below>>),
}

/// A row as its selection shows it.
pub async fn row(ctx: &ContextSelectionSet<'_>, found: &Found) -> ServerResult<Value> {
    let plan = RowPlan::new(Document::of(ctx), found.row.table(), [&ctx.item.node]);
    let rows = vec![Arc::clone(&found.row)];
    let below = fill::rows(ctx, &plan, &rows, Some((found, None))).await;
    let level = Level { rows, below };
    let json = text(ctx, Writer::row(ctx, &plan, &level)).await?;
    answer(ctx, json, level).await
}

/// A page as its selection shows it.
pub async fn page(ctx: &ContextSelectionSet<'_>, page: Page) -> ServerResult<Value> {
    let plan = PagePlan::new(Document::of(ctx), page.list.table, [&ctx.item.node]);
    let pages = Pages::new(page.list, vec![page.rows], page.total.map(|total| vec![total]), page.figures);
    let pages = fill::pages(ctx, &plan, pages).await;
    let json = text(ctx, Writer::page(ctx, &plan, &pages)?).await?;
    answer(ctx, json, pages).await
}

/// Writes it all. Who asks for much gives way to others in between, and is given up there when nobody waits any more.
async fn text(ctx: &ContextSelectionSet<'_>, mut writer: Writer<'_>) -> ServerResult<Json> {
    while writer.write()? {
        yield_now().await;
    }
    let json = writer.into_json();
    if let Some(meter) = ctx.data_opt::<Arc<Meter>>() {
        meter.wrote(json.len()).map_err(|error| placed(ctx, error))?;
    }
    Ok(json)
}

/// What was written as a value, without what it was made of.
async fn answer<T: Send + 'static>(ctx: &ContextSelectionSet<'_>, json: Json, read: T) -> ServerResult<Value> {
    let (is_merged, is_long) = (ctx.data_opt::<Merged>().is_some(), json.len() > json::LONG);
    let value = move || {
        let value = match is_merged {
            true => serde_json::from_slice(&json),
            false => Ok(json::written(json)),
        };
        drop(read);
        value
    };
    // Taking apart what is long takes its time as well.
    let value = match is_long {
        true => spawn_blocking(value).await.map_err(|error| placed(ctx, Error::internal(error.to_string())))?,
        false => value(),
    };
    value.map_err(|error| placed(ctx, Error::internal(format!("an answer is no JSON: {error}"))))
}

/// The path of the field that is being answered.
fn here(ctx: &ContextSelectionSet<'_>) -> Vec<PathSegment> {
    ctx.set_error_path(ServerError::new(String::new(), None)).path
}

/// An error of the field that is being answered.
fn placed(ctx: &ContextSelectionSet<'_>, error: Error) -> ServerError {
    let error: async_graphql::Error = error.into();
    ctx.set_error_path(error.into_server_error(Default::default()))
}

/// An error of a field, wherever that stands.
fn failed(error: Error, field: &Positioned<Field>) -> ServerError {
    let error: async_graphql::Error = error.into();
    error.into_server_error(field.pos)
}

impl Pages {
    /// Pages of the rows that were read, for each one more than asked for, if there is one.
    fn new(list: Arc<List>, read: Vec<Vec<Arc<AnyRow>>>, totals: Option<Vec<i64>>, figures: Vec<Vec<Json>>) -> Self {
        let mut totals = totals.into_iter().flatten();
        let (size, backward) = (list.page.size as usize, list.page.backward);
        let mut rows = Vec::with_capacity(read.iter().map(Vec::len).sum());
        let mut page = |(number, mut read): (usize, Vec<Arc<AnyRow>>)| {
            let (start, more) = (rows.len(), read.len() > size);
            read.truncate(size);
            if backward {
                read.reverse();
            }
            rows.append(&mut read);
            Slice { number, start, end: rows.len(), more, total: totals.next() }
        };
        let pages = read.into_iter().enumerate().map(&mut page).collect();
        Self { list, pages, rows, below: Vec::new(), figures }
    }
}
