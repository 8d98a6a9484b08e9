//! Relay's connection: a page of a list. What it is made of is the same for all tables; only its types differ by name.

use std::{borrow::Cow, marker::PhantomData, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, ServerResult, SimpleObject, Value,
    indexmap::IndexMap,
    parser::types::Field,
    registry::{MetaField, MetaType, MetaTypeId, ObjectBuilder, Registry},
};
use futures::{FutureExt, future::BoxFuture};
use service::{Error, Result};

use super::{
    list::List,
    object::{self, Object, ObjectPlan, located},
    resource::{AnyRow, Resource, position},
    row::{self, Row, Shown},
};

/// A page of a list, shown as the connection type.
#[derive(Debug)]
pub struct Connection<T>(Page, PhantomData<fn() -> T>);

impl<T> From<Page> for Connection<T> {
    fn from(page: Page) -> Self {
        Self(page, PhantomData)
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    list: Arc<List>,
    rows: Vec<Arc<dyn AnyRow>>,
    more: bool,
    total: Option<i64>,
}

impl Page {
    /// Makes a page of the rows that were read: one more than asked for, if there is one.
    pub(super) fn new(list: Arc<List>, mut rows: Vec<Arc<dyn AnyRow>>, total: Option<i64>) -> Self {
        let size = list.page.size as usize;
        let more = rows.len() > size;
        rows.truncate(size);
        if list.page.backward {
            rows.reverse();
        }
        Self { list, rows, more, total }
    }

    /// The page as a connection.
    pub(super) async fn write(&self, ctx: &ContextSelectionSet<'_>) -> ServerResult<Value> {
        object::write(ctx, self).await
    }

    fn cursor(&self, row: Option<&Arc<dyn AnyRow>>) -> Result<Option<String>> {
        row.map(|row| cursor(&self.list, &**row)).transpose()
    }

    fn info(&self) -> Result<PageInfo> {
        let page = &self.list.page;
        let (has_previous_page, has_next_page) = match page.backward {
            true => (self.more, page.before.is_some()),
            false => (page.after.is_some(), self.more),
        };
        Ok(PageInfo {
            has_previous_page,
            has_next_page,
            start_cursor: self.cursor(self.rows.first())?,
            end_cursor: self.cursor(self.rows.last())?,
        })
    }

    /// The rows with their cursors.
    async fn edges(&self, ctx: &ContextSelectionSet<'_>) -> ServerResult<Value> {
        let edges: Vec<_> = self.rows.iter().map(|row| Edge { list: &self.list, row: &**row }).collect();
        object::write_each(ctx, &edges).await
    }
}

impl Object for Page {
    fn type_name(&self) -> &'static str {
        self.list.table.connection
    }

    fn number(&self, field: &str) -> Option<usize> {
        ["nodes", "totalCount"].iter().position(|known| *known == field)
    }

    fn known<'a>(&self, ctx: &ContextSelectionSet<'a>, number: usize, field: &'a Field) -> Option<Value> {
        match number {
            0 => row::try_write(ctx, &field.selection_set.node, &self.rows),
            _ => self.total.map(Value::from),
        }
    }

    fn resolve_field<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
        async move {
            let below = ctx.with_selection_set(&ctx.item.node.selection_set);
            let value = match ctx.item.node.name.node.as_str() {
                "edges" => self.edges(&below).await?,
                "nodes" => row::write(&below, &self.rows).await?,
                "pageInfo" => {
                    let info = self.info().map_err(|error| located(ctx, error))?;
                    info.resolve(&below, ctx.item).await?
                }
                "totalCount" => {
                    let counted = self.total.ok_or_else(|| Error::internal("a total that was not counted"));
                    Value::from(counted.map_err(|error| located(ctx, error))?)
                }
                _ => return Ok(None),
            };
            Ok(Some(value))
        }
        .boxed()
    }
}

/// A row of a page.
struct Edge<'a> {
    list: &'a List,
    row: &'a dyn AnyRow,
}

impl Object for Edge<'_> {
    fn type_name(&self) -> &'static str {
        self.list.table.edge
    }

    fn number(&self, field: &str) -> Option<usize> {
        ["cursor", "node"].iter().position(|known| *known == field)
    }

    fn known<'a>(&self, ctx: &ContextSelectionSet<'a>, number: usize, field: &'a Field) -> Option<Value> {
        match number {
            0 => cursor(self.list, self.row).ok().map(Value::from),
            _ => {
                let row = Shown(self.row);
                ObjectPlan::of(ctx, &field.selection_set.node, &row)?.try_write(ctx, &row)
            }
        }
    }

    fn resolve_field<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
        async move {
            let value = match ctx.item.node.name.node.as_str() {
                "cursor" => Value::from(cursor(self.list, self.row).map_err(|error| located(ctx, error))?),
                "node" => {
                    let below = ctx.with_selection_set(&ctx.item.node.selection_set);
                    object::write(&below, &Shown(self.row)).await?
                }
                _ => return Ok(None),
            };
            Ok(Some(value))
        }
        .boxed()
    }
}

fn cursor(list: &List, row: &dyn AnyRow) -> Result<String> {
    Ok(position(row, &list.keys)?.encode(list.identity))
}

impl<T: Resource> OutputType for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::TABLE.connection)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let node = Row::<T>::create_type_info(registry);
            let edge = EdgeOf::<T>::create_type_info(registry);
            let info = PageInfo::create_type_info(registry);
            object_type(
                T::TABLE.connection,
                "A page of a list.",
                [
                    ("edges", format!("[{edge}]!"), "The rows of this page, each with its cursor."),
                    ("nodes", format!("[{node}]!"), "The rows of this page."),
                    ("pageInfo", info, "Cursors at both ends of the page, and whether there are more rows."),
                    ("totalCount", "Int!".to_owned(), "Number of rows on all pages. Counted only if requested."),
                ],
            )
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        self.0.write(ctx).await
    }
}

/// The type of the rows of a page.
struct EdgeOf<T>(PhantomData<fn() -> T>);

impl<T: Resource> OutputType for EdgeOf<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::TABLE.edge)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let node = Row::<T>::create_type_info(registry);
            object_type(
                T::TABLE.edge,
                "A row of a page.",
                [
                    (
                        "cursor",
                        "String!".to_owned(),
                        "Cursor for `after` and `before`. It stays valid if the row is deleted.",
                    ),
                    ("node", node, "The row."),
                ],
            )
        })
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        // Pages write their rows themselves.
        Ok(Value::Null)
    }
}

/// An object type of the schema: its fields with their types and descriptions.
fn object_type<const N: usize>(name: &str, description: &str, fields: [(&str, String, &str); N]) -> MetaType {
    let field = |(name, ty, description): (&str, String, &str)| {
        (name.to_owned(), MetaField { description: Some(description.to_owned()), ..MetaField::new(name, ty) })
    };
    let fields: IndexMap<String, MetaField> = fields.into_iter().map(field).collect();
    ObjectBuilder::new(name, fields).description(Some(description.to_owned())).build()
}

/// Cursors at both ends of a page, and whether there are more rows.
#[derive(Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there are rows before this page. Exact when paging with `last`; otherwise true if `after` was given.
    pub has_previous_page: bool,
    /// Whether there are rows after this page. Exact when paging with `first`; otherwise true if `before` was given.
    pub has_next_page: bool,
    /// Cursor of the first row; null if the page is empty.
    pub start_cursor: Option<String>,
    /// Cursor of the last row; null if the page is empty.
    pub end_cursor: Option<String>,
}
