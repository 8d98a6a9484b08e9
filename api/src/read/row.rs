//! A row as an answer shows it, and a list of rows.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, SelectionSet},
    registry::Registry,
};
use uuid::Uuid;

use super::{
    object::{self, Known, Slot},
    resource::Resource,
};

/// A row, shown as its object type.
#[derive(Clone, Debug)]
pub struct Row<T>(pub Arc<T>);

impl<T: Resource> Known for T {
    fn number(field: &str) -> Option<usize> {
        T::table().fields().iter().position(|column| column == field)
    }

    fn known(&self, _: &ContextSelectionSet<'_>, number: usize, _: &Field) -> Option<Value> {
        self.show(number)
    }

    fn parent(&self) -> Option<Uuid> {
        self.id()
    }
}

impl<T: Resource> OutputType for Row<T> {
    fn type_name() -> Cow<'static, str> {
        <T as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        object::write(ctx, &*self.0).await
    }
}

/// The rows of a list.
#[derive(Debug)]
pub struct Rows<T>(pub Vec<Row<T>>);

impl<T: Resource> Rows<T> {
    /// The whole list, if nothing but columns is asked for.
    pub(super) fn columns(&self, ctx: &ContextSelectionSet<'_>, asked: &SelectionSet) -> Option<Value> {
        self.0.iter().map(|row| object::at_hand(ctx, asked, &*row.0)).collect::<Option<_>>().map(Value::List)
    }
}

impl<T: Resource> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<Row<T>> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<Row<T>> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<Row<T>> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let slots = self.0.iter().enumerate().map(|(index, row)| match object::at_hand(ctx, &ctx.item.node, &*row.0) {
            Some(row) => Slot::Ready(row),
            None => Slot::Waiting(Box::pin(async move {
                let ctx = ctx.with_index(index);
                row.resolve(&ctx, field).await.map_err(|error| ctx.set_error_path(error))
            })),
        });
        object::all(slots.collect()).await.map(|rows| Value::List(rows.collect()))
    }
}
