//! Fields that stand twice under one name.
//!
//! By the specification a mutation is done once; async-graphql does it as often as it is written. What two fields of one
//! name select is merged, which needs values.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, SelectionSet};

use super::{Rejection, fields::fields, shape::TYPENAME};

/// Refuses an operation with such a field, in its fragments too. It was measured before: what it expands to is bounded.
pub(super) fn refuse(set: &SelectionSet, document: &ExecutableDocument) -> Result<(), Rejection> {
    let mut seen = HashSet::new();
    for field in fields(set, document).into_iter().filter(|field| field.name.node != TYPENAME) {
        let key = field.response_key();
        if !seen.insert(&key.node) {
            let message = format!(
                "the mutation has two fields with the response name \"{}\": use an alias, such as `again: {}`",
                key.node, field.name.node
            );
            return Err(Rejection::at(message, key.pos));
        }
    }
    Ok(())
}

/// Whether fields that select something stand twice under one name, somewhere in an operation.
pub(super) fn any(set: &SelectionSet, document: &ExecutableDocument) -> bool {
    let mut seen = HashSet::new();
    let fields = fields(set, document);
    let mut objects = fields.into_iter().filter(|field| !field.selection_set.node.items.is_empty());
    objects.any(|field| !seen.insert(&field.response_key().node) || any(&field.selection_set.node, document))
}
