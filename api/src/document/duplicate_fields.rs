//! Fields that stand twice under one name.
//!
//! By the specification a mutation is done once; async-graphql does it as often as it is written. What two fields of one
//! name select is merged, which needs values.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};

use super::{Refusal, shape::TYPENAME};

/// Refuses an operation with such a field, in its fragments too. It was measured before: what it expands to is bounded.
pub(super) fn refuse(set: &SelectionSet, document: &ExecutableDocument) -> Result<(), Refusal> {
    look(set, document, &mut HashSet::new())
}

fn look<'a>(
    set: &'a SelectionSet,
    document: &'a ExecutableDocument,
    seen: &mut HashSet<&'a str>,
) -> Result<(), Refusal> {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) if field.node.name.node != TYPENAME => {
                let key = field.node.response_key();
                if !seen.insert(key.node.as_str()) {
                    let message = format!(
                        "the mutation has two fields under the name \"{}\": give each a name of its own, as in `again: {}`",
                        key.node, field.node.name.node
                    );
                    return Err(Refusal::at(message, key.pos));
                }
            }
            Selection::Field(_) => {}
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    look(&fragment.node.selection_set.node, document, seen)?;
                }
            }
            Selection::InlineFragment(inline) => look(&inline.node.selection_set.node, document, seen)?,
        }
    }
    Ok(())
}

/// Whether fields that select something stand twice under one name, somewhere in an operation.
pub(super) fn any(set: &SelectionSet, document: &ExecutableDocument) -> bool {
    let mut fields = Vec::new();
    collect(set, document, &mut fields);
    let mut seen = HashSet::new();
    fields.iter().any(|field| !seen.insert(&field.response_key().node))
        || fields.iter().any(|field| any(&field.selection_set.node, document))
}

/// The fields of an object that select something.
fn collect<'a>(set: &'a SelectionSet, document: &'a ExecutableDocument, into: &mut Vec<&'a Field>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) if field.node.selection_set.node.items.is_empty() => {}
            Selection::Field(field) => into.push(&field.node),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(&fragment.node.selection_set.node, document, into);
                }
            }
            Selection::InlineFragment(inline) => collect(&inline.node.selection_set.node, document, into),
        }
    }
}
