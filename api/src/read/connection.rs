//! Relay's connection: a page of a list. What it is made of is the same for all tables; only its types differ by name.

use std::{borrow::Cow, marker::PhantomData, sync::Arc};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, SimpleObject, Value,
    indexmap::IndexMap,
    parser::types::Field,
    registry::{MetaField, MetaType, MetaTypeId, ObjectBuilder, Registry},
};

use super::{level, list::List, resource::Resource, row::Row, table::AnyRow};

/// A page of a list, shown as the connection type.
pub struct Connection<T>(Page, PhantomData<fn() -> T>);

impl<T> From<Page> for Connection<T> {
    fn from(page: Page) -> Self {
        Self(page, PhantomData)
    }
}

/// A page of a list.
pub struct Page {
    /// The list.
    pub(super) list: Arc<List>,
    /// The rows that were read: one more than asked for, if there is one.
    pub(super) rows: Vec<Arc<dyn AnyRow>>,
    /// The number of all rows, if it was counted.
    pub(super) total: Option<i64>,
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
        level::page(ctx, &self.0).await
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
