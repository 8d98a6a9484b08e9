//! Answers, level by level: all rows of a level are known before anything below them is read, so that a relation costs one
//! statement for the whole level, and no future for a row. Only what is made of columns is left to the library.
//!
//! `fill` reads what hangs below the rows of a level; `write` makes JSON text of them when everything is there.

mod fill;
mod write;

use std::sync::Arc;

use async_graphql::{
    ContextSelectionSet, PathSegment, Positioned, ServerError, ServerResult, Value, parser::types::Field,
};
use service::Error;

use super::{
    any_row::AnyRow,
    connection::Page,
    json::{self, Json},
    list::List,
    load::Found,
    meter::Meter,
    plan::{Document, PagePlan, RowPlan},
};

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
    /// A value for each.
    Values(Vec<Value>),
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
}

/// A page: where its rows stand.
#[derive(Clone, Copy)]
struct Slice {
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

/// Where the row or page with a number stands in the answer; asked for when something fails.
type PathOf<'a> = &'a (dyn Fn(usize) -> Vec<PathSegment> + Send + Sync);

/// A row as its selection shows it.
pub async fn row(ctx: &ContextSelectionSet<'_>, found: &Found) -> ServerResult<Value> {
    let plan = RowPlan::new(Document::of(ctx), found.row.table(), [&ctx.item.node]);
    let rows = vec![Arc::clone(&found.row)];
    let below = fill::rows(ctx, &plan, &rows, &|_| here(ctx), Some((found, None))).await?;
    answer(ctx, |json| write::row(json, &plan, &rows, &below, 0))
}

/// A page as its selection shows it.
pub async fn page(ctx: &ContextSelectionSet<'_>, page: &Page) -> ServerResult<Value> {
    let plan = PagePlan::new(Document::of(ctx), page.list.table, [&ctx.item.node]);
    let pages = Pages::new(Arc::clone(&page.list), vec![page.rows.clone()], page.total.map(|total| vec![total]));
    let pages = fill::pages(ctx, &plan, pages, &|_| here(ctx)).await?;
    answer(ctx, |json| write::page(json, &plan, &pages, 0))
}

fn answer(ctx: &ContextSelectionSet<'_>, write: impl FnOnce(&mut Json) -> service::Result<()>) -> ServerResult<Value> {
    let mut json = Json::new();
    let written = write(&mut json).and_then(|()| match ctx.data_opt::<Arc<Meter>>() {
        Some(meter) => meter.wrote(json.len()),
        None => Ok(()),
    });
    written.map_err(|error| ctx.set_error_path(unplaced(error)))?;
    if ctx.data_opt::<Merged>().is_none() {
        return Ok(json::written(json));
    }
    serde_json::from_slice(&json)
        .map_err(|error| ctx.set_error_path(unplaced(Error::internal(format!("an answer is no JSON: {error}")))))
}

/// The path of the field that is being answered.
fn here(ctx: &ContextSelectionSet<'_>) -> Vec<PathSegment> {
    ctx.set_error_path(ServerError::new(String::new(), None)).path
}

fn unplaced(error: Error) -> ServerError {
    let error: async_graphql::Error = error.into();
    error.into_server_error(Default::default())
}

/// An error of a field.
fn failed(error: Error, field: &Positioned<Field>, path: Vec<PathSegment>) -> ServerError {
    let error: async_graphql::Error = error.into();
    ServerError { path, ..error.into_server_error(field.pos) }
}

/// A path below another.
fn below(mut path: Vec<PathSegment>, segments: impl IntoIterator<Item = PathSegment>) -> Vec<PathSegment> {
    path.extend(segments);
    path
}

fn name(key: &str) -> PathSegment {
    PathSegment::Field(key.to_owned())
}

impl Pages {
    /// Pages of the rows that were read, for each one more than asked for, if there is one.
    fn new(list: Arc<List>, read: Vec<Vec<Arc<AnyRow>>>, totals: Option<Vec<i64>>) -> Self {
        let mut totals = totals.into_iter().flatten();
        let (size, backward) = (list.page.size as usize, list.page.backward);
        let mut rows = Vec::with_capacity(read.iter().map(Vec::len).sum());
        let mut page = |mut read: Vec<Arc<AnyRow>>| {
            let (start, more) = (rows.len(), read.len() > size);
            read.truncate(size);
            if backward {
                read.reverse();
            }
            rows.append(&mut read);
            Slice { start, end: rows.len(), more, total: totals.next() }
        };
        let pages = read.into_iter().map(&mut page).collect();
        Self { list, pages, rows, below: Vec::new() }
    }

    /// The page that a row stands on, and its index there.
    fn page_of(&self, row: usize) -> (usize, usize) {
        let page = self.pages.partition_point(|page| page.end <= row);
        (page, self.pages.get(page).map_or(0, |page| row - page.start))
    }
}
