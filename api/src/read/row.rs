//! A row as an answer shows it, and a list of rows.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, SelectionSet},
    registry::Registry,
};
use futures::future::BoxFuture;
use uuid::Uuid;

use super::{
    object::{self, Object, ObjectPlan},
    resource::{AnyRow, Resource},
};

/// A row, shown as its object type.
#[derive(Clone, Debug)]
pub struct Row<T>(pub Arc<T>);

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
        object::write(ctx, &Shown(&*self.0)).await
    }
}

/// A row of any table.
pub async fn write_one(ctx: &ContextSelectionSet<'_>, row: &dyn AnyRow) -> ServerResult<Value> {
    object::write(ctx, &Shown(row)).await
}

/// A row of any table as an object.
pub(super) struct Shown<'a>(pub(super) &'a dyn AnyRow);

impl Object for Shown<'_> {
    fn type_name(&self) -> &'static str {
        self.0.table().object
    }

    fn number(&self, field: &str) -> Option<usize> {
        self.0.table().fields().iter().position(|column| column == field)
    }

    fn known<'a>(&self, _: &ContextSelectionSet<'a>, number: usize, _: &'a Field) -> Option<Value> {
        self.0.show(number)
    }

    fn parent(&self) -> Option<Uuid> {
        self.0.id()
    }

    fn resolve_field<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
        self.0.resolve_field(ctx)
    }
}

/// The rows of a list, if nothing but columns is asked for.
pub(super) fn try_write<'a>(
    ctx: &ContextSelectionSet<'a>,
    set: &'a SelectionSet,
    rows: &[Arc<dyn AnyRow>],
) -> Option<Value> {
    let Some(first) = rows.first() else { return Some(Value::List(Vec::new())) };
    let plan = ObjectPlan::of(ctx, set, &Shown(&**first))?;
    rows.iter().map(|row| plan.try_write(ctx, &Shown(&**row))).collect::<Option<_>>().map(Value::List)
}

/// The rows of a list.
pub(super) async fn write(ctx: &ContextSelectionSet<'_>, rows: &[Arc<dyn AnyRow>]) -> ServerResult<Value> {
    object::write_each(ctx, &rows.iter().map(|row| Shown(&**row)).collect::<Vec<_>>()).await
}
