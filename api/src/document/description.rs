//! The schema's description of itself, `__schema { description }`, which the library has a sentence of its own for.

use async_graphql::{
    Name, Value,
    parser::types::{ExecutableDocument, Field, SelectionSet},
};

use super::fields::fields;
use crate::schema::DESCRIPTION;

/// Where an operation asks for it: under which names.
#[derive(Clone, Debug, Default)]
pub struct Description(Vec<(Name, Name)>);

impl Description {
    /// Finds it in a document of bounded size.
    pub(super) fn of(set: &SelectionSet, document: &ExecutableDocument) -> Self {
        let key = |field: &Field| field.response_key().node.clone();
        let mut places = Vec::new();
        for schema in fields(set, document).into_iter().filter(|field| field.name.node == "__schema") {
            let below = fields(&schema.selection_set.node, document);
            for description in below.into_iter().filter(|field| field.name.node == "description") {
                places.push((key(schema), key(description)));
            }
        }
        Self(places)
    }

    /// Puts the description into an answer.
    pub fn put(&self, data: &mut Value) {
        for (schema, description) in &self.0 {
            if let Value::Object(fields) = data
                && let Some(Value::Object(fields)) = fields.get_mut(schema)
                && let Some(value) = fields.get_mut(description)
            {
                *value = DESCRIPTION.into();
            }
        }
    }
}
