//! What stands in a selection.

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};

/// The fields of an object, those of fragments among them.
pub(super) fn fields<'a>(set: &'a SelectionSet, document: &'a ExecutableDocument) -> Vec<&'a Field> {
    let inner = set.items.iter().map(|selection| match &selection.node {
        Selection::Field(field) => vec![&field.node],
        Selection::InlineFragment(inline) => fields(&inline.node.selection_set.node, document),
        Selection::FragmentSpread(spread) => match document.fragments.get(&spread.node.fragment_name.node) {
            Some(fragment) => fields(&fragment.node.selection_set.node, document),
            None => Vec::new(),
        },
    });
    inner.flatten().collect()
}
