//! Relay's connection: a page of a list.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    ContextSelectionSet, Object, OutputType, Positioned, ServerResult, SimpleObject, TypeName, Value,
    parser::types::Field, registry::Registry,
};
use service::{Error, Result};

use super::{
    list::List,
    object::{self, Known},
    resource::{AnyRow, Resource, position, typed},
    row::{Row, Rows},
};

/// A page of a list, shown as the connection type.
#[derive(Debug)]
pub struct Connection<T: Resource>(Page<T>);

/// A page of a list.
#[derive(Debug)]
pub struct Page<T: Resource> {
    list: Arc<List>,
    rows: Rows<T>,
    more: bool,
    total: Option<i64>,
}

impl<T: Resource> Connection<T> {
    /// Makes a page of the rows that were read: one more than asked for, if there is one.
    pub(super) fn new(list: Arc<List>, mut rows: Vec<Arc<dyn AnyRow>>, total: Option<i64>) -> Result<Self> {
        let size = list.page.size as usize;
        let more = rows.len() > size;
        rows.truncate(size);
        if list.page.backward {
            rows.reverse();
        }
        let rows = rows.into_iter().map(|row| typed(row).map(Row)).collect::<Result<_>>()?;
        Ok(Self(Page { list, rows: Rows(rows), more, total }))
    }
}

impl<T: Resource> OutputType for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        <Page<T> as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Page::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        object::write(ctx, &self.0).await
    }
}

impl<T: Resource> Known for Page<T> {
    fn number(field: &str) -> Option<usize> {
        ["nodes", "totalCount"].iter().position(|known| *known == field)
    }

    fn known(&self, ctx: &ContextSelectionSet<'_>, number: usize, field: &Field) -> Option<Value> {
        match number {
            0 => self.rows.columns(ctx, &field.selection_set.node),
            _ => self.total.map(Value::from),
        }
    }
}

impl<T: Resource> Page<T> {
    fn cursor(&self, row: Option<&Row<T>>) -> Result<Option<String>> {
        row.map(|row| Ok(position(&*row.0, &self.list.keys)?.encode(self.list.identity))).transpose()
    }
}

impl<T: Resource> TypeName for Page<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", <T as OutputType>::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: Resource> Page<T> {
    /// The rows of this page, each with its cursor.
    async fn edges(&self) -> Vec<Edge<T>> {
        self.rows.0.iter().map(|row| Edge { list: self.list.clone(), row: row.clone() }).collect()
    }

    /// The rows of this page.
    async fn nodes(&self) -> &Rows<T> {
        &self.rows
    }

    /// Where this page ends and whether more follow.
    async fn page_info(&self) -> Result<PageInfo> {
        let page = &self.list.page;
        let (has_previous_page, has_next_page) = match page.backward {
            true => (self.more, page.before.is_some()),
            false => (page.after.is_some(), self.more),
        };
        Ok(PageInfo {
            has_previous_page,
            has_next_page,
            start_cursor: self.cursor(self.rows.0.first())?,
            end_cursor: self.cursor(self.rows.0.last())?,
        })
    }

    /// How many rows the whole list has, on all pages. Counted only when it is asked for.
    async fn total_count(&self) -> Result<i64> {
        self.total.ok_or_else(|| Error::internal("a total that was not counted"))
    }
}

/// A row of a page.
#[derive(Debug)]
pub struct Edge<T: Resource> {
    list: Arc<List>,
    row: Row<T>,
}

impl<T: Resource> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", <T as OutputType>::type_name()).into()
    }
}

/// A row of a page.
#[Object(name_type)]
impl<T: Resource> Edge<T> {
    /// The row's place in the list, for `after` and `before`. It stays valid when the row is gone.
    async fn cursor(&self) -> Result<String> {
        Ok(position(&*self.row.0, &self.list.keys)?.encode(self.list.identity))
    }

    /// The row.
    async fn node(&self) -> &Row<T> {
        &self.row
    }
}

/// Where a page ends and whether more follow.
#[derive(Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether rows stand before this page. Known exactly when paging with `last`; else true if `after` was given.
    pub has_previous_page: bool,
    /// Whether rows stand after this page. Known exactly when paging with `first`; else true if `before` was given.
    pub has_next_page: bool,
    /// The cursor of the first row; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last row; null on an empty page.
    pub end_cursor: Option<String>,
}
