//! Reading what hangs below the rows of a level: one statement for each field, those of siblings at once.

use std::sync::Arc;

use async_graphql::{
    Context, ContextSelectionSet, PathSegment, Positioned, QueryPathNode, QueryPathSegment, ServerError, ServerResult,
    Value, indexmap::IndexSet, parser::types::Field,
};
use futures::{
    FutureExt,
    future::{BoxFuture, try_join_all},
};
use service::Error;
use uuid::Uuid;

use super::{Below, BelowPage, Level, Pages, PathOf, ROWS, below, failed, name};
use crate::read::{
    any_row::AnyRow,
    list::{Arguments, List},
    load::{self, Found, Link},
    plan::{EdgeField, PageField, PagePlan, RowField, RowPlan},
    table::{Hierarchy, Member, ToMany},
};

/// A row that others were joined to, and the place among these of the rows of a level: none for the row itself.
type Joined<'a> = Option<(&'a Found, Option<usize>)>;

/// Reads what hangs below rows.
pub(super) fn rows<'a>(
    ctx: &'a ContextSelectionSet<'a>,
    plan: &'a RowPlan<'a>,
    rows: &'a [Arc<AnyRow>],
    path_of: PathOf<'a>,
    joined: Joined<'a>,
) -> BoxFuture<'a, ServerResult<Vec<Below>>> {
    let mut filled: Vec<Below> = plan.fields.iter().map(|_| Below::Nothing).collect();
    let waits = |field: &RowField<'_>| !matches!(field, RowField::TypeName | RowField::Column(_));
    if rows.is_empty() || !plan.fields.iter().any(|(_, field)| waits(field)) {
        return std::future::ready(Ok(filled)).boxed();
    }
    async move {
        let waiting = plan.fields.iter().enumerate().filter(|(_, (_, field))| waits(field));
        let waiting = waiting.map(|(index, (key, field))| async move {
            let level = Rows { ctx, rows, key, path_of, joined };
            Ok::<_, ServerError>((index, level.fill(field).await?))
        });
        for (index, below) in try_join_all(waiting).await? {
            filled[index] = below;
        }
        Ok(filled)
    }
    .boxed()
}

/// Rows of which a field is asked.
struct Rows<'a> {
    ctx: &'a ContextSelectionSet<'a>,
    rows: &'a [Arc<AnyRow>],
    /// The name of the field in the answer.
    key: &'a str,
    path_of: PathOf<'a>,
    joined: Joined<'a>,
}

/// The most rows that are told to have failed together; those beyond are null without an error. A row that stands in
/// several places of an answer is told at the first of them.
const MAX_ERRORS: usize = 100;

/// The ids that rows name, each once.
#[derive(Default)]
struct Ids {
    ids: IndexSet<Uuid>,
    /// The first row that names each.
    first: Vec<usize>,
}

impl Ids {
    /// The place of an id that a row names.
    fn place(&mut self, id: Uuid, row: usize) -> usize {
        let (place, is_new) = self.ids.insert_full(id);
        if is_new {
            self.first.push(row);
        }
        place
    }

    fn all(&self) -> Arc<[Uuid]> {
        self.ids.iter().copied().collect()
    }

    /// The row to blame when all fail together.
    fn first(&self) -> usize {
        self.first.first().copied().unwrap_or_default()
    }
}

impl<'a> Rows<'a> {
    async fn fill(&self, field: &'a RowField<'a>) -> ServerResult<Below> {
        match field {
            RowField::TypeName | RowField::Column(_) => Ok(Below::Nothing),
            RowField::ToOne { field, key, is_needed: true, plan } => self.to_one(field, *key, true, plan).await,
            RowField::ToOne { field, key, is_needed: false, plan } => {
                Ok(self.to_one(field, *key, false, plan).await.unwrap_or_else(|error| {
                    // What may be null is, and keeps the error from the rows.
                    self.tell(*key, error);
                    let level = Level { rows: Vec::new(), below: Vec::new() };
                    Below::One { places: vec![None; self.rows.len()], level }
                }))
            }
            RowField::Ancestors { field, key, plan } => self.ancestors(field, *key, plan).await,
            RowField::List { field, relation, plan } => self.list(field, *relation, plan).await,
            RowField::Computed { field, .. } => self.computed(field).await,
        }
    }

    /// Tells of an error that makes the field null in all rows: a null without an error says that there is nothing.
    fn tell(&self, key: usize, error: ServerError) {
        let points = |row: &usize| self.rows[*row].pointer(key).is_ok_and(|id| id.is_some());
        let others = (0..self.rows.len()).filter(points).map(|row| self.at(row));
        let others: Vec<_> = others.filter(|path| !error.path.starts_with(path)).take(MAX_ERRORS).collect();
        for path in others {
            self.ctx.add_error(ServerError { path, ..error.clone() });
        }
        self.ctx.add_error(error);
    }

    /// Where the field of a row stands.
    fn at(&self, row: usize) -> Vec<PathSegment> {
        below((self.path_of)(row), [name(self.key)])
    }

    /// The rows' own ids, and the place of each row's.
    async fn ids(&self) -> service::Result<(Ids, Vec<usize>)> {
        let mut ids = Ids::default();
        let mut places = Vec::with_capacity(self.rows.len());
        for (number, row) in self.rows.iter().enumerate() {
            self.give_way(number).await;
            let id = row.id().ok_or_else(|| Error::internal("a row without an id has a list"))?;
            places.push(ids.place(id, number));
        }
        Ok((ids, places))
    }

    /// Gives way to other requests now and then, before the row with a number.
    async fn give_way(&self, number: usize) {
        if number > 0 && number.is_multiple_of(ROWS) {
            load::give_way(self.ctx).await;
        }
    }

    async fn to_one(
        &self,
        field: &Positioned<Field>,
        key: usize,
        is_needed: bool,
        plan: &RowPlan<'_>,
    ) -> ServerResult<Below> {
        let columns = plan.columns();
        if let Some((found, from)) = self.joined
            && let Some((at, row)) = found.joined(from, key, columns)
        {
            let rows: Vec<_> = row.cloned().into_iter().collect();
            let places = vec![row.map(|_| 0)];
            let below = self::rows(self.ctx, plan, &rows, &|_| self.at(0), Some((found, Some(at)))).await?;
            return Ok(Below::One { places, level: Level { rows, below } });
        }
        let fail = |row: usize| move |error| failed(error, field, self.at(row));
        let mut ids = Ids::default();
        let mut pointers = Vec::with_capacity(self.rows.len());
        for (number, row) in self.rows.iter().enumerate() {
            self.give_way(number).await;
            let id = row.pointer(key).map_err(fail(number))?;
            pointers.push(id.map(|id| ids.place(id, number)));
        }
        let read = load::by_ids(self.ctx, plan.table, ids.all(), columns).await.map_err(fail(ids.first()))?;
        // The place of each row that was found among those that were, and the row that names it.
        let (mut rows, mut places, mut named_by) = (Vec::with_capacity(read.len()), Vec::new(), Vec::new());
        for (number, ((row, id), first)) in read.into_iter().zip(&ids.ids).zip(&ids.first).enumerate() {
            self.give_way(number).await;
            // Between the two statements a row and its referrer can both have been deleted.
            if row.is_none() && is_needed {
                let message = format!("the row {id} was deleted while it was being read");
                return Err(fail(*first)(Error::invalid(message)));
            }
            places.push(row.is_some().then_some(rows.len()));
            named_by.extend(row.is_some().then_some(*first));
            rows.extend(row);
        }
        let places = pointers.into_iter().map(|place| places.get(place?).copied().flatten()).collect();
        let path_of = |row: usize| self.at(named_by.get(row).copied().unwrap_or_default());
        let below = self::rows(self.ctx, plan, &rows, &path_of, None).await?;
        Ok(Below::One { places, level: Level { rows, below } })
    }

    async fn ancestors(&self, field: &Positioned<Field>, key: usize, plan: &RowPlan<'_>) -> ServerResult<Below> {
        let fail = |error| failed(error, field, self.at(0));
        let (ids, places) = self.ids().await.map_err(fail)?;
        let paths = load::ancestors(self.ctx, plan.table, &ids.all(), key, plan.columns()).await.map_err(fail)?;
        let (mut rows, mut ends) = (Vec::new(), Vec::with_capacity(paths.len()));
        for path in paths {
            rows.extend(path);
            ends.push(rows.len());
        }
        let path_of = |row: usize| {
            let list = ends.partition_point(|end| *end <= row);
            let start = list.checked_sub(1).map_or(0, |before| ends[before]);
            below(self.at(ids.first.get(list).copied().unwrap_or_default()), [PathSegment::Index(row - start)])
        };
        let below = self::rows(self.ctx, plan, &rows, &path_of, None).await?;
        Ok(Below::Many { places, ends, level: Level { rows, below } })
    }

    async fn list(&self, field: &'a Positioned<Field>, relation: Member, plan: &PagePlan<'_>) -> ServerResult<Below> {
        let fail = |error| failed(error, field, self.at(0));
        let (link, list) = self.asked(field, relation, plan).map_err(|mut error| {
            error.path = self.at(0);
            error
        })?;
        let (ids, places) = self.ids().await.map_err(fail)?;
        let all = ids.all();
        let rows = async {
            match plan.columns(list.key_columns()) {
                Some(columns) => load::pages(self.ctx, link, &list, &all, columns).await,
                None => Ok(vec![Vec::new(); all.len()]),
            }
        };
        let totals = async {
            match plan.counts() {
                true => load::totals(self.ctx, link, &list, &all).await.map(Some),
                false => Ok(None),
            }
        };
        let (rows, totals) = futures::try_join!(rows, totals).map_err(fail)?;
        let path_of = |page: usize| self.at(ids.first.get(page).copied().unwrap_or_default());
        let pages = pages(self.ctx, plan, Pages::new(list, rows, totals), &path_of).await?;
        Ok(Below::Pages { places, pages })
    }

    /// What the arguments of a list say, the same for all rows.
    fn asked(
        &self,
        field: &'a Positioned<Field>,
        relation: Member,
        plan: &PagePlan<'_>,
    ) -> ServerResult<(Link, Arc<List>)> {
        let ctx = self.ctx.with_field(field);
        let fail = |error| failed(error, field, Vec::new());
        let (link, name, order) = match relation {
            Member::ToMany(ToMany { list, key, order, .. }) => (Link::Column(*key), list, order),
            Member::Descendants(Hierarchy { list, key, order }) => {
                let (_, depth) = ctx.param_value::<Option<i32>>("maxDepth", None)?;
                (Link::descendants(*key, depth).map_err(fail)?, list, order)
            }
            _ => return Err(fail(Error::internal("a relation that is no list"))),
        };
        let arguments = Arguments::read(&ctx, plan.table).map_err(fail)?;
        Ok((link, arguments.list(name, order).map_err(fail)?))
    }

    async fn computed(&self, field: &'a Positioned<Field>) -> ServerResult<Below> {
        let above = super::here(self.ctx).len();
        let turns = self.rows.chunks(ROWS).enumerate().map(|(turn, rows)| async move {
            // One after the other they begin, and then they ask together.
            for _ in 0..turn {
                load::give_way(self.ctx).await;
            }
            let values = rows.iter().enumerate().map(|(number, row)| async move {
                let path = (self.path_of)(turn * ROWS + number);
                computed(self.ctx, path.get(above..).unwrap_or_default(), row, field).await
            });
            try_join_all(values).await
        });
        Ok(Below::Values(try_join_all(turns).await?.into_iter().flatten().collect()))
    }
}

/// Lets the library resolve a field of a row that stands at a path below the field that is being answered.
fn computed<'a>(
    ctx: &'a ContextSelectionSet<'a>,
    path: &'a [PathSegment],
    row: &'a AnyRow,
    field: &'a Positioned<Field>,
) -> BoxFuture<'a, ServerResult<Value>> {
    async move {
        let Some((segment, rest)) = path.split_first() else {
            let ctx: Context<'_> = ctx.with_field(field);
            return (row.table().resolve_computed)(row, &ctx).await.map(Option::unwrap_or_default);
        };
        let segment = match segment {
            PathSegment::Field(name) => QueryPathSegment::Name(name),
            PathSegment::Index(index) => QueryPathSegment::Index(*index),
        };
        let mut inner = ctx.clone();
        inner.path_node = Some(QueryPathNode { parent: ctx.path_node.as_ref(), segment });
        computed(&inner, rest, row, field).await
    }
    .boxed()
}

/// Reads what hangs below pages.
pub(super) async fn pages<'a>(
    ctx: &'a ContextSelectionSet<'a>,
    plan: &'a PagePlan<'a>,
    mut pages: Pages,
    path_of: PathOf<'a>,
) -> ServerResult<Pages> {
    let all = &pages;
    let filled = plan.fields.iter().map(|(key, field)| async move {
        let at = |row: usize, more: Option<&str>| {
            let (page, index) = all.page_of(row);
            below(path_of(page), [name(key), PathSegment::Index(index)].into_iter().chain(more.map(name)))
        };
        Ok::<_, ServerError>(match field {
            PageField::Nodes(plan) => BelowPage::Nodes(rows(ctx, plan, &all.rows, &|row| at(row, None), None).await?),
            PageField::Edges(fields) => {
                let edges = fields.iter().map(|(key, field)| async move {
                    match field {
                        EdgeField::Node(plan) => rows(ctx, plan, &all.rows, &|row| at(row, Some(key)), None).await,
                        EdgeField::TypeName | EdgeField::Cursor => Ok(Vec::new()),
                    }
                });
                BelowPage::Edges(try_join_all(edges).await?)
            }
            PageField::TypeName | PageField::PageInfo(_) | PageField::TotalCount => BelowPage::Nothing,
        })
    });
    let below = try_join_all(filled).await?;
    pages.below = below;
    Ok(pages)
}
