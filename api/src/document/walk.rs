//! Depth and size of a parsed document.
//!
//! Each fragment is measured once, however often it is spread, so the walk is linear in the text.
//! Cycles and spreads of nothing are refused here, before anything follows them.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{ExecutableDocument, Field, OperationType, Selection, SelectionSet},
};

use super::{Limits, Rejection, Shape, row_estimate::Node, shape::Multiplicity};

/// Selection sets within selection sets, spreads followed: async-graphql's own bound.
const LEVELS: usize = 32;
/// Lists of an introspection query within each other, as in graphql-js: each multiplies the answer by the schema's size.
const INTROSPECTION_LISTS: usize = 3;

/// What the selections of one definition come to, fragments expanded.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    depth: usize,
    levels: usize,
    introspection: usize,
    fields: u64,
    pub(super) lists: Vec<Node>,
}

/// Walks one document.
pub(super) struct Walk<'a> {
    shape: &'a Shape,
    limits: &'a Limits,
    document: &'a ExecutableDocument,
    seen: HashMap<&'a str, Option<Measured>>,
    /// The fields of all operations together.
    operations: u64,
    /// The lists of the fragments; one spreads only those before it.
    pub(super) fragments: Vec<Vec<Node>>,
}

#[derive(Clone, Copy)]
struct Measured {
    depth: usize,
    levels: usize,
    introspection: usize,
    fields: u64,
    index: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(shape: &'a Shape, limits: &'a Limits, document: &'a ExecutableDocument) -> Self {
        Self { shape, limits, document, seen: HashMap::new(), operations: 0, fragments: Vec::new() }
    }

    /// Measures an operation and holds it against the limits.
    pub(super) fn operation(&mut self, kind: OperationType, set: &'a SelectionSet) -> Result<Facts, Rejection> {
        let facts = self.selections(set, root(self.shape, kind), 1)?;
        self.hold(facts.depth, facts.levels, facts.introspection, facts.fields)?;
        // Many operations may spread the same fragments.
        self.operations = self.operations.saturating_add(facts.fields);
        self.hold_total("the operations select", self.operations)?;
        Ok(facts)
    }

    /// Measures the fragments that no operation reaches as well: validation visits them.
    pub(super) fn rest(&mut self) -> Result<(), Rejection> {
        let document = self.document;
        let mut fields = 0_u64;
        for (name, fragment) in &document.fragments {
            let one = self.fragment(name, fragment.pos, 0)?;
            self.hold(one.depth, one.levels, one.introspection, one.fields)?;
            fields = fields.saturating_add(one.fields);
        }
        // Nested fragments share fields, so their sum may be larger than one operation.
        self.hold_total("the fragments select", fields)
    }

    /// All operations of a document, or all its fragments, may select four times what one may.
    fn hold_total(&self, what: &str, fields: u64) -> Result<(), Rejection> {
        let most = self.limits.fields.saturating_mul(4);
        if fields > most {
            return Err(Rejection::limit(format!("{what} {fields} fields together, at most {most} are allowed")));
        }
        Ok(())
    }

    fn hold(&self, depth: usize, levels: usize, introspection: usize, fields: u64) -> Result<(), Rejection> {
        if fields > self.limits.fields {
            return Err(Rejection::limit(format!(
                "the query selects {fields} fields once its fragments are expanded, at most {} are allowed",
                self.limits.fields
            )));
        }
        if depth > self.limits.depth {
            return Err(Rejection::limit(format!(
                "the query is {depth} fields deep, at most {} are allowed",
                self.limits.depth
            )));
        }
        if levels > LEVELS {
            return Err(too_many_levels());
        }
        if introspection >= INTROSPECTION_LISTS {
            return Err(Rejection::limit(format!(
                "the query nests {introspection} introspection lists, fewer than {INTROSPECTION_LISTS} are allowed"
            )));
        }
        Ok(())
    }

    fn selections(&mut self, set: &'a SelectionSet, parent: Option<&'a str>, level: usize) -> Result<Facts, Rejection> {
        // A path this long exists, whatever was measured before: the stack stays bounded.
        if level > LEVELS + 1 {
            return Err(too_many_levels());
        }
        let mut facts = Facts::default();
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(field, parent, level, &mut facts)?,
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name;
                    let one = self.fragment(&name.node, name.pos, level)?;
                    facts.widen(one.depth, one.levels + 1, one.introspection, one.fields.saturating_add(1));
                    if self.fragments.get(one.index).is_some_and(|lists| !lists.is_empty()) {
                        facts.lists.push(Node::Spread(one.index));
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    let one = self.selections(&inline.node.selection_set.node, on.or(parent), level + 1)?;
                    facts.widen(one.depth, one.levels + 1, one.introspection, one.fields.saturating_add(1));
                    facts.lists.extend(one.lists);
                }
            }
        }
        Ok(facts)
    }

    fn field(
        &mut self,
        field: &'a Positioned<Field>,
        parent: Option<&'a str>,
        level: usize,
        facts: &mut Facts,
    ) -> Result<(), Rejection> {
        let shape = self.shape;
        let name = field.node.name.node.as_str();
        let introspects = parent.is_some_and(|parent| parent.starts_with("__"));
        let known = parent.and_then(|parent| shape.field(parent, name));
        let set = &field.node.selection_set.node;
        let mut one = self.selections(set, known.map(|known| known.target.as_str()), level + 1)?;
        let list = introspects && matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes");
        let levels = if set.items.is_empty() { 0 } else { one.levels + 1 };
        facts.widen(one.depth + 1, levels, one.introspection + usize::from(list), one.fields.saturating_add(1));
        match known.map(|known| known.many) {
            Some(many @ (Multiplicity::List | Multiplicity::Connection)) if !set.items.is_empty() => {
                facts.lists.push(Node::list(many, &field.node, std::mem::take(&mut one.lists)));
            }
            _ => facts.lists.append(&mut one.lists),
        }
        Ok(())
    }

    fn fragment(&mut self, name: &Name, position: Pos, level: usize) -> Result<Measured, Rejection> {
        match self.seen.get(name.as_str()) {
            Some(Some(measured)) => return Ok(*measured),
            Some(None) => return Err(Rejection::at(format!("the fragment \"{name}\" spreads itself"), position)),
            None => {}
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Err(Rejection::at(format!("unknown fragment \"{name}\""), position));
        };
        self.seen.insert(name.as_str(), None);
        let on = fragment.node.type_condition.node.on.node.as_str();
        let facts = self.selections(&fragment.node.selection_set.node, Some(on), level + 1)?;
        let measured = Measured {
            depth: facts.depth,
            levels: facts.levels,
            introspection: facts.introspection,
            fields: facts.fields,
            index: self.fragments.len(),
        };
        self.fragments.push(facts.lists);
        self.seen.insert(name.as_str(), Some(measured));
        Ok(measured)
    }
}

/// The type that an operation selects of; nothing when the schema has no such operations.
pub(super) fn root(shape: &Shape, kind: OperationType) -> Option<&str> {
    match kind {
        OperationType::Query => Some(&shape.query),
        OperationType::Mutation => shape.mutation.as_deref(),
        OperationType::Subscription => shape.subscription.as_deref(),
    }
}

impl Facts {
    fn widen(&mut self, depth: usize, levels: usize, introspection: usize, fields: u64) {
        self.depth = self.depth.max(depth);
        self.levels = self.levels.max(levels);
        self.introspection = self.introspection.max(introspection);
        self.fields = self.fields.saturating_add(fields);
    }
}

fn too_many_levels() -> Rejection {
    Rejection::limit(format!("the query nests selections more than {LEVELS} deep, fragments included"))
}
