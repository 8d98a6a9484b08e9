//! Rows as fields outside of tables answer them.

use std::{borrow::Cow, marker::PhantomData, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value, parser::types::Field, registry::Registry,
};
use service::{Error, Result};
use uuid::Uuid;

use super::{
    any_row::AnyRow,
    level,
    load::{self, Found},
    plan::{Document, RowPlan},
    resource::{Identified, Resource},
    scalars::Id,
    types,
};

/// A row, shown as the object type of its table.
#[derive(Debug)]
pub struct Row<T>(Found, PhantomData<fn() -> T>);

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T> From<Found> for Row<T> {
    fn from(found: Found) -> Self {
        Self(found, PhantomData)
    }
}

impl<T> From<Arc<AnyRow>> for Row<T> {
    fn from(row: Arc<AnyRow>) -> Self {
        Self(row.into(), PhantomData)
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
        level::row(ctx, &self.0).await
    }
}

/// The row with this id, or nothing.
pub async fn row<T: Identified>(ctx: &Context<'_>, id: Uuid) -> Result<Option<Row<T>>> {
    Ok(load::by_id(ctx, T::TABLE, id).await?.map(Row::from))
}

/// The rows with these ids, in their order; those that are gone meanwhile are left out. Who asks for nothing but the keys,
/// or what hangs from them, costs no statement.
pub async fn rows<T: Identified>(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Vec<Row<T>>> {
    let (table, set) = (T::TABLE, &ctx.item.node.selection_set.node);
    let columns = RowPlan::new(Document::of(ctx), table, [set]).columns();
    if columns == table.key_columns() && table.guard.is_none() {
        return Ok(ids.iter().map(|id| Row::from(AnyRow::known(table, *id))).collect());
    }
    let rows = load::by_ids(ctx, table, ids.into(), columns).await?;
    Ok(rows.into_iter().flatten().map(Row::from).collect())
}

/// The row that a key outside of a table points at.
pub async fn to_one<T: Identified>(ctx: &Context<'_>, key: &Id) -> Result<Row<T>> {
    // Between the two statements the row and its referrer can both have been deleted.
    let gone = || Error::invalid(format!("the row {} was deleted while it was being read", key.0));
    row(ctx, key.0).await?.ok_or_else(gone)
}
