//! Reading what hangs below the rows of a level: one statement for each field, those of siblings at once.

use std::sync::Arc;

use async_graphql::{
    ContextSelectionSet, Positioned, ServerError, ServerResult, Value, indexmap::IndexSet, parser::types::Field,
};
use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use service::Error;
use uuid::Uuid;

use super::{Below, BelowPage, Level, Pages, ROWS, failed, here};
use crate::read::{
    any_row::AnyRow,
    figures::{Of, figures},
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
    joined: Joined<'a>,
) -> BoxFuture<'a, Vec<Below>> {
    let mut filled: Vec<Below> = plan.fields.iter().map(|_| Below::Nothing).collect();
    let waits = |field: &RowField<'_>| !matches!(field, RowField::TypeName | RowField::Column(_));
    if rows.is_empty() || !plan.fields.iter().any(|(_, field)| waits(field)) {
        return std::future::ready(filled).boxed();
    }
    async move {
        let waiting = plan.fields.iter().enumerate().filter(|(_, (_, field))| waits(field));
        let waiting = waiting.map(|(index, (_, field))| async move {
            let level = Rows { ctx, rows, joined };
            (index, level.fill(field).await)
        });
        for (index, below) in join_all(waiting).await {
            filled[index] = below;
        }
        filled
    }
    .boxed()
}

/// Rows of which a field is asked.
struct Rows<'a> {
    ctx: &'a ContextSelectionSet<'a>,
    rows: &'a [Arc<AnyRow>],
    joined: Joined<'a>,
}

/// The ids that rows name, each once.
#[derive(Default)]
struct Ids(IndexSet<Uuid>);

impl Ids {
    /// The place of an id.
    fn place(&mut self, id: Uuid) -> usize {
        self.0.insert_full(id).0
    }

    fn all(&self) -> Arc<[Uuid]> {
        self.0.iter().copied().collect()
    }
}

impl<'a> Rows<'a> {
    async fn fill(&self, field: &'a RowField<'a>) -> Below {
        let filled = match field {
            RowField::TypeName | RowField::Column(_) => Ok(Below::Nothing),
            RowField::ToOne { field, key, plan, .. } => self.to_one(field, *key, plan).await,
            RowField::Ancestors { field, key, plan } => self.ancestors(field, *key, plan).await,
            RowField::List { field, relation, plan } => self.list(field, *relation, plan).await,
            RowField::Computed { field, .. } => Ok(self.computed(field).await),
        };
        filled.unwrap_or_else(|error| Below::Failed(ServerError { path: Vec::new(), ..error }))
    }

    /// The rows' own ids, and the place of each row's.
    async fn ids(&self) -> service::Result<(Ids, Vec<usize>)> {
        let mut ids = Ids::default();
        let mut places = Vec::with_capacity(self.rows.len());
        for (number, row) in self.rows.iter().enumerate() {
            self.give_way(number).await;
            let id = row.id().ok_or_else(|| Error::internal("a row without an id has a list"))?;
            places.push(ids.place(id));
        }
        Ok((ids, places))
    }

    /// Gives way to other requests now and then, before the row with a number.
    async fn give_way(&self, number: usize) {
        if number > 0 && number.is_multiple_of(ROWS) {
            load::give_way(self.ctx).await;
        }
    }

    async fn to_one(&self, field: &Positioned<Field>, key: usize, plan: &RowPlan<'_>) -> ServerResult<Below> {
        let columns = plan.columns();
        if let Some((found, from)) = self.joined
            && let Some((at, row)) = found.joined(from, key, columns)
        {
            let rows: Vec<_> = row.cloned().into_iter().collect();
            let places = vec![row.map(|_| 0)];
            let below = self::rows(self.ctx, plan, &rows, Some((found, Some(at)))).await;
            return Ok(Below::One { places, level: Level { rows, below } });
        }
        let fail = |error| failed(error, field);
        let mut ids = Ids::default();
        let mut pointers = Vec::with_capacity(self.rows.len());
        for (number, row) in self.rows.iter().enumerate() {
            self.give_way(number).await;
            let id = row.pointer(key).map_err(fail)?;
            pointers.push(id.map(|id| ids.place(id)));
        }
        let read = load::by_ids(self.ctx, plan.table, ids.all(), columns).await.map_err(fail)?;
        // The place of each row that was found among those that were.
        let (mut rows, mut places) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
        for (number, row) in read.into_iter().enumerate() {
            self.give_way(number).await;
            places.push(row.is_some().then_some(rows.len()));
            rows.extend(row);
        }
        let places = pointers.into_iter().map(|place| places.get(place?).copied().flatten()).collect();
        let below = self::rows(self.ctx, plan, &rows, None).await;
        Ok(Below::One { places, level: Level { rows, below } })
    }

    async fn ancestors(&self, field: &Positioned<Field>, key: usize, plan: &RowPlan<'_>) -> ServerResult<Below> {
        let fail = |error| failed(error, field);
        let (ids, places) = self.ids().await.map_err(fail)?;
        let paths = load::ancestors(self.ctx, plan.table, &ids.all(), key, plan.columns()).await.map_err(fail)?;
        let (mut rows, mut ends) = (Vec::new(), Vec::with_capacity(paths.len()));
        for path in paths {
            rows.extend(path);
            ends.push(rows.len());
        }
        let below = self::rows(self.ctx, plan, &rows, None).await;
        Ok(Below::Many { places, ends, level: Level { rows, below } })
    }

    async fn list(&self, field: &'a Positioned<Field>, relation: Member, plan: &PagePlan<'_>) -> ServerResult<Below> {
        let fail = |error| failed(error, field);
        let (link, list) = self.asked(field, relation, plan)?;
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
        let figures = figures(self.ctx, plan, &list, Of::Parents(link, &all));
        let (rows, totals, figures) = futures::try_join!(rows, totals, figures).map_err(fail)?;
        let pages = pages(self.ctx, plan, Pages::new(list, rows, totals, figures)).await;
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
        let fail = |error| failed(error, field);
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

    async fn computed(&self, field: &'a Positioned<Field>) -> Below {
        let turns = self.rows.chunks(ROWS).enumerate().map(|(turn, rows)| async move {
            // One after the other they begin, and then they ask together.
            for _ in 0..turn {
                load::give_way(self.ctx).await;
            }
            join_all(rows.iter().map(|row| computed(self.ctx, row, field))).await
        });
        Below::Values(join_all(turns).await.into_iter().flatten().collect())
    }
}

/// Lets the library resolve a field of a row. What it is made of are columns: errors within it have the path that leads
/// there from the field.
async fn computed(ctx: &ContextSelectionSet<'_>, row: &AnyRow, field: &Positioned<Field>) -> ServerResult<Value> {
    let inner = ctx.with_field(field);
    let value = (row.table().resolve_computed)(row, &inner).await.map(Option::unwrap_or_default);
    value.map_err(|error| {
        let path = error.path.iter().skip(here(ctx).len() + 1).cloned().collect();
        ServerError { path, ..error }
    })
}

/// Reads what hangs below pages.
pub(super) async fn pages<'a>(ctx: &'a ContextSelectionSet<'a>, plan: &'a PagePlan<'a>, mut pages: Pages) -> Pages {
    let all = &pages;
    let filled = plan.fields.iter().map(|(_, field)| async move {
        match field {
            PageField::Nodes(plan) => BelowPage::Nodes(rows(ctx, plan, &all.rows, None).await),
            PageField::Edges(fields) => {
                let edges = fields.iter().map(|(_, field)| async move {
                    match field {
                        EdgeField::Node(plan) => rows(ctx, plan, &all.rows, None).await,
                        EdgeField::TypeName | EdgeField::Cursor => Vec::new(),
                    }
                });
                BelowPage::Edges(join_all(edges).await)
            }
            PageField::TypeName
            | PageField::PageInfo(_)
            | PageField::TotalCount
            | PageField::Aggregate(_)
            | PageField::Groups(_) => BelowPage::Nothing,
        }
    });
    let below = join_all(filled).await;
    pages.below = below;
    pages
}
