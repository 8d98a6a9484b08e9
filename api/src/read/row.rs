//! A row as an answer shows it.

use std::{borrow::Cow, marker::PhantomData, sync::Arc};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value, parser::types::Field, registry::Registry,
};

use super::{level, resource::Resource, table::AnyRow, types};

/// A row, shown as the object type of its table.
#[derive(Debug)]
pub struct Row<T>(Arc<dyn AnyRow>, PhantomData<fn() -> T>);

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self::from(Arc::clone(&self.0))
    }
}

impl<T> From<Arc<dyn AnyRow>> for Row<T> {
    fn from(row: Arc<dyn AnyRow>) -> Self {
        Self(row, PhantomData)
    }
}

impl<T: Resource> OutputType for Row<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::TABLE.object)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        format!("{}!", types::object(registry, T::TABLE))
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        write(ctx, &self.0).await
    }
}

/// A row of any table, as its object type.
pub async fn write(ctx: &ContextSelectionSet<'_>, row: &Arc<dyn AnyRow>) -> ServerResult<Value> {
    level::row(ctx, row).await
}
