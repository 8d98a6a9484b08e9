//! A row as an answer shows it.
//!
//! Most rows of an answer are asked for columns only. Those are written at once; the library would make a
//! future for every field.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection},
    registry::Registry,
};

use super::resource::Resource;

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

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match columns(&*self.0, ctx) {
            Some(object) => Ok(object),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

/// The object, if nothing but loaded columns is asked for.
fn columns<T: Resource>(row: &T, ctx: &ContextSelectionSet<'_>) -> Option<Value> {
    let selections = &ctx.item.node.items;
    let mut object = IndexMap::with_capacity(selections.len());
    for selection in selections {
        let Selection::Field(field) = &selection.node else { return None };
        if !field.node.directives.is_empty() {
            return None;
        }
        let column = T::fields().iter().position(|name| name == field.node.name.node.as_str())?;
        object.insert(field.node.response_key().node.clone(), row.show(column)?);
    }
    Some(Value::Object(object))
}
