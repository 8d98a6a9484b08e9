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

use super::{Below, BelowPage, Level, Pages, Place, below, failed, name};
use crate::read::{
    argument,
    list::{Arguments, List},
    load::{self, Link},
    plan::{EdgeField, PageField, PagePlan, RowField, RowPlan},
    table::{AnyRow, Hierarchy, Member, ToMany},
};

/// Reads what hangs below rows.
pub(super) fn rows<'a>(
    ctx: &'a ContextSelectionSet<'a>,
    plan: &'a RowPlan<'a>,
    rows: &'a [Arc<dyn AnyRow>],
    place: Place<'a>,
) -> BoxFuture<'a, ServerResult<Vec<Below>>> {
    let mut filled: Vec<Below> = plan.fields.iter().map(|_| Below::Nothing).collect();
    let waits = |field: &RowField<'_>| !matches!(field, RowField::TypeName | RowField::Column(_));
    if rows.is_empty() || !plan.fields.iter().any(|(_, field)| waits(field)) {
        return std::future::ready(Ok(filled)).boxed();
    }
    async move {
        let waiting = plan.fields.iter().enumerate().filter(|(_, (_, field))| waits(field));
        let waiting = waiting.map(|(index, (key, field))| async move {
            let level = Rows { ctx, rows, key, place };
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
    rows: &'a [Arc<dyn AnyRow>],
    /// The name of the field in the answer.
    key: &'a str,
    place: Place<'a>,
}

impl<'a> Rows<'a> {
    async fn fill(&self, field: &'a RowField<'a>) -> ServerResult<Below> {
        match field {
            RowField::TypeName | RowField::Column(_) => Ok(Below::Nothing),
            RowField::ToOne { field, key, is_needed, plan } => self.to_one(field, *key, *is_needed, plan).await,
            RowField::Ancestors { field, key, plan } => self.ancestors(field, *key, plan).await,
            RowField::List { field, relation, plan } => self.list(field, *relation, plan).await,
            RowField::Computed { field, .. } => self.computed(field).await,
        }
    }

    /// Where the field of a row stands.
    fn at(&self, row: usize) -> Vec<PathSegment> {
        below((self.place)(row), [name(self.key)])
    }

    fn ids(&self) -> service::Result<Vec<Uuid>> {
        self.rows.iter().map(|row| row.id().ok_or_else(|| Error::internal("a row without an id has a list"))).collect()
    }

    async fn to_one(
        &self,
        field: &Positioned<Field>,
        key: usize,
        is_needed: bool,
        plan: &RowPlan<'_>,
    ) -> ServerResult<Below> {
        let fail = |row: usize| move |error| failed(error, field, self.at(row));
        let mut ids = IndexSet::new();
        let mut pointers = Vec::with_capacity(self.rows.len());
        for (number, row) in self.rows.iter().enumerate() {
            let id = row.pointer(key).map_err(fail(number))?;
            pointers.push(id.map(|id| ids.insert_full(id).0));
        }
        let found = load::by_ids(self.ctx, plan.table, ids.iter().copied().collect(), plan.columns()).await;
        // The place of each row that was found, among those that were.
        let (mut rows, mut places) = (Vec::with_capacity(ids.len()), Vec::with_capacity(ids.len()));
        for row in found.map_err(fail(0))? {
            places.push(row.is_some().then_some(rows.len()));
            rows.extend(row);
        }
        // Between the two statements a row and its referrer can both have been deleted.
        let gone = |place: &Option<usize>| place.is_some_and(|place| places[place].is_none());
        if is_needed && let Some(number) = pointers.iter().position(gone) {
            let id = pointers[number].and_then(|place| ids.get_index(place)).copied().unwrap_or_default();
            let message = format!("the row {id} was deleted while it was being read");
            return Err(fail(number)(Error::invalid(message)));
        }
        let pointers: Vec<_> = pointers.into_iter().map(|place| place.and_then(|place| places[place])).collect();
        let place = |row: usize| self.at(pointers.iter().position(|place| *place == Some(row)).unwrap_or_default());
        let below = self::rows(self.ctx, plan, &rows, &place).await?;
        Ok(Below::One { places: pointers, level: Level { rows, below } })
    }

    async fn ancestors(&self, field: &Positioned<Field>, key: usize, plan: &RowPlan<'_>) -> ServerResult<Below> {
        let fail = |error| failed(error, field, self.at(0));
        let ids = self.ids().map_err(fail)?;
        let paths = load::ancestors(self.ctx, plan.table, ids, key, plan.columns()).await.map_err(fail)?;
        let counts: Vec<usize> = paths.iter().map(Vec::len).collect();
        let rows: Vec<_> = paths.into_iter().flatten().collect();
        let place = |row: usize| {
            let mut index = row;
            let of = counts.iter().position(|count| match index.checked_sub(*count) {
                Some(rest) => {
                    index = rest;
                    false
                }
                None => true,
            });
            below(self.at(of.unwrap_or_default()), [PathSegment::Index(index)])
        };
        let below = self::rows(self.ctx, plan, &rows, &place).await?;
        Ok(Below::Many { counts, level: Level { rows, below } })
    }

    async fn list(&self, field: &'a Positioned<Field>, relation: Member, plan: &PagePlan<'_>) -> ServerResult<Below> {
        let fail = |error| failed(error, field, self.at(0));
        let (link, list) = self.asked(field, relation, plan).map_err(|mut error| {
            error.path = self.at(0);
            error
        })?;
        let ids = self.ids().map_err(fail)?;
        let rows = async {
            match plan.columns(list.key_columns()) {
                Some(columns) => load::pages(self.ctx, link, &list, &ids, columns).await,
                None => Ok(vec![Vec::new(); ids.len()]),
            }
        };
        let totals = async {
            match plan.counts() {
                true => load::totals(self.ctx, link, &list, &ids).await.map(Some),
                false => Ok(None),
            }
        };
        let (rows, totals) = futures::try_join!(rows, totals).map_err(fail)?;
        let place = |page: usize| self.at(page);
        Ok(Below::Pages(pages(self.ctx, plan, Pages::new(list, rows, totals), &place).await?))
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
        argument::check(&ctx, &["filter"]).map_err(fail)?;
        Ok((link, arguments.list(name, order).map_err(fail)?))
    }

    async fn computed(&self, field: &'a Positioned<Field>) -> ServerResult<Below> {
        let above = super::here(self.ctx).len();
        let values = self.rows.iter().enumerate().map(|(number, row)| async move {
            let place = (self.place)(number);
            computed(self.ctx, place.get(above..).unwrap_or_default(), &**row, field).await
        });
        Ok(Below::Values(try_join_all(values).await?))
    }
}

/// Lets the library resolve a field of a row that stands at a place below the field that is being answered.
fn computed<'a>(
    ctx: &'a ContextSelectionSet<'a>,
    place: &'a [PathSegment],
    row: &'a dyn AnyRow,
    field: &'a Positioned<Field>,
) -> BoxFuture<'a, ServerResult<Value>> {
    async move {
        let Some((segment, rest)) = place.split_first() else {
            let ctx: Context<'_> = ctx.with_field(field);
            return row.computed(&ctx).await.map(Option::unwrap_or_default);
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
    place: Place<'a>,
) -> ServerResult<Pages> {
    let all = &pages;
    let filled = plan.fields.iter().map(|(key, field)| async move {
        let at = |row: usize, more: Option<&str>| {
            let (page, index) = all.page_of(row);
            below(place(page), [name(key), PathSegment::Index(index)].into_iter().chain(more.map(name)))
        };
        Ok::<_, ServerError>(match field {
            PageField::Nodes(plan) => BelowPage::Nodes(rows(ctx, plan, &all.rows, &|row| at(row, None)).await?),
            PageField::Edges(fields) => {
                let edges = fields.iter().map(|(key, field)| async move {
                    match field {
                        EdgeField::Node(plan) => rows(ctx, plan, &all.rows, &|row| at(row, Some(key))).await,
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
