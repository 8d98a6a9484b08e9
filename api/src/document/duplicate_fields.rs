//! A mutation field that stands twice under one name.
//!
//! By the specification it is done once; async-graphql does it as often as it is written.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

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
