//! The schema's description of itself, `__schema { description }`, which the library has a sentence of its own for.

use async_graphql::{
    Name, Value,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};

use crate::schema::DESCRIPTION;

/// Where an operation asks for it: under which names.
#[derive(Clone, Debug, Default)]
pub struct Description(Vec<(Name, Name)>);

impl Description {
    /// Finds it in a document of bounded size.
    pub(super) fn of(set: &SelectionSet, document: &ExecutableDocument) -> Self {
        let key = |field: &Field| field.response_key().node.clone();
        let mut places = Vec::new();
        for schema in fields(set, "__schema", document) {
            for description in fields(&schema.selection_set.node, "description", document) {
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

/// The fields of a name, in fragments too.
fn fields<'a>(set: &'a SelectionSet, name: &str, document: &'a ExecutableDocument) -> Vec<&'a Field> {
    let inner = set.items.iter().map(|selection| match &selection.node {
        Selection::Field(field) if field.node.name.node == name => vec![&field.node],
        Selection::Field(_) => Vec::new(),
        Selection::InlineFragment(inline) => fields(&inline.node.selection_set.node, name, document),
        Selection::FragmentSpread(spread) => match document.fragments.get(&spread.node.fragment_name.node) {
            Some(fragment) => fields(&fragment.node.selection_set.node, name, document),
            None => Vec::new(),
        },
    });
    inner.flatten().collect()
}
