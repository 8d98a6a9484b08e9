//! Depth and size of a parsed document.
//!
//! Each fragment is measured once, however often it is spread, so the walk is linear in the text.
//! Cycles and spreads of nothing are refused here, before anything follows them.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{ExecutableDocument, Field as Selected, OperationType, Selection, SelectionSet},
};

use super::{
    Limits, Rejection, Shape,
    estimate::{List, Node, Part},
    points,
    shape::{Field, Multiplicity},
};

/// Selection sets within selection sets, spreads followed: async-graphql's own bound.
const LEVELS: usize = 32;
/// Lists of an introspection query within each other, as in graphql-js: each multiplies the answer by the schema's size.
const INTROSPECTION_LISTS: usize = 3;

/// Descriptions of the whole schema in one request.
const SCHEMAS: usize = 1;
/// Descriptions of types in one request.
const TYPES: usize = 10;

/// Fields at the root of a query.
const QUERIES: usize = 50;
/// Fields at the root of a mutation, which are executed one after the other.
const MUTATIONS: usize = 20;

/// What the selections of one definition come to, fragments expanded.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    size: Size,
    pub(super) part: Part,
}

#[derive(Clone, Copy, Debug, Default)]
struct Size {
    depth: usize,
    levels: usize,
    /// Introspection lists within each other.
    introspection: usize,
    /// `__schema`, `__type`.
    schemas: usize,
    types: usize,
    fields: u64,
    /// Fields of the outermost selection set.
    width: usize,
}

/// Walks one document.
pub(super) struct Walk<'a> {
    shape: &'a Shape,
    limits: &'a Limits,
    document: &'a ExecutableDocument,
    seen: HashMap<&'a str, Option<Measured>>,
    /// The fields of all operations together.
    operations: u64,
    /// What the fragments cost; one spreads only those before it.
    pub(super) fragments: Vec<Part>,
}

/// A fragment.
#[derive(Clone, Copy)]
struct Measured {
    size: Size,
    points: u64,
    once: u64,
    scans: bool,
    index: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(shape: &'a Shape, limits: &'a Limits, document: &'a ExecutableDocument) -> Self {
        Self { shape, limits, document, seen: HashMap::new(), operations: 0, fragments: Vec::new() }
    }

    /// Measures an operation and holds it against the limits.
    pub(super) fn operation(&mut self, kind: OperationType, set: &'a SelectionSet) -> Result<Facts, Rejection> {
        let facts = self.selections(set, root(self.shape, kind), 1)?;
        self.hold(&facts.size)?;
        let (kind, most) = match kind {
            OperationType::Mutation => ("mutation", MUTATIONS),
            OperationType::Query | OperationType::Subscription => ("query", QUERIES),
        };
        if facts.size.width > most {
            let width = facts.size.width;
            return Err(Rejection::limit(format!(
                "the {kind} has {width} fields at its root, at most {most} are allowed"
            )));
        }
        // Many operations may spread the same fragments.
        self.operations = self.operations.saturating_add(facts.size.fields);
        self.hold_total("the operations select", self.operations)?;
        Ok(facts)
    }

    /// Measures the fragments that no operation reaches as well: validation visits them.
    pub(super) fn rest(&mut self) -> Result<(), Rejection> {
        let document = self.document;
        let mut fields = 0_u64;
        for (name, fragment) in &document.fragments {
            let one = self.fragment(name, fragment.pos, 0)?;
            self.hold(&one.size)?;
            fields = fields.saturating_add(one.size.fields);
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

    fn hold(&self, size: &Size) -> Result<(), Rejection> {
        let Size { depth, levels, introspection, schemas, types, fields, .. } = *size;
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
                "the query nests {introspection} introspection lists, at most {} are allowed",
                INTROSPECTION_LISTS - 1
            )));
        }
        for (name, count, most) in [("__schema", schemas, SCHEMAS), ("__type", types, TYPES)] {
            if count > most {
                return Err(Rejection::limit(format!("the query asks for `{name}` {count} times; the most is {most}")));
            }
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
                    facts.size.widen(one.size.within());
                    facts.part.add(one.points, one.once);
                    facts.part.scans |= one.scans;
                    if self.fragments.get(one.index).is_some_and(|part| !part.lists.is_empty()) {
                        facts.part.lists.push(Node::Spread(one.index));
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    let one = self.selections(&inline.node.selection_set.node, on.or(parent), level + 1)?;
                    facts.size.widen(one.size.within());
                    facts.part.append(one.part);
                }
            }
        }
        Ok(facts)
    }

    fn field(
        &mut self,
        field: &'a Positioned<Selected>,
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
        facts.size.widen(Size {
            depth: one.size.depth + 1,
            levels: if set.items.is_empty() { 0 } else { one.size.levels + 1 },
            introspection: one.size.introspection + usize::from(list),
            schemas: one.size.schemas.saturating_add(usize::from(name == "__schema")),
            types: one.size.types.saturating_add(usize::from(name == "__type")),
            fields: one.size.fields.saturating_add(1),
            width: 1,
        });
        match known.map(|known| known.many) {
            Some(many @ (Multiplicity::List | Multiplicity::Connection)) if !set.items.is_empty() => {
                let is_root = parent == Some(shape.query.as_str());
                let list = List::new(many, &field.node, std::mem::take(&mut one.part), is_root);
                facts.part.lists.push(Node::List(Box::new(list)));
            }
            _ => facts.part.append(one.part),
        }
        match (parent, name) {
            (Some(parent), "totalCount") if parent.ends_with("Connection") => facts.part.add(0, points::TOTAL_COUNT),
            (Some(parent), "aggregate" | "groups") if parent.ends_with("Connection") => {
                facts.part.add(0, points::FIGURES);
                facts.part.scans = true;
            }
            (Some(parent), _) if parent == shape.query && points::REPORTS.contains(&name) => {
                facts.part.add(0, points::REPORT);
                facts.part.scans = true;
            }
            (Some("ExecutiveSummary"), _) => {}
            // It looks at all orders, for any number of customers.
            (Some("Customer"), "score") => {
                facts.part.add(points::COMPUTED, points::REPORT);
                facts.part.scans = true;
            }
            (Some(parent), _) => facts.part.add(own_points(shape, parent, name, known), 0),
            (None, _) => {}
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
            size: facts.size,
            points: facts.part.points,
            once: facts.part.once,
            scans: facts.part.scans,
            index: self.fragments.len(),
        };
        self.fragments.push(facts.part);
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

impl Size {
    /// As a selection set stands within another.
    fn within(self) -> Self {
        Self { levels: self.levels + 1, fields: self.fields.saturating_add(1), ..self }
    }

    fn widen(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.levels = self.levels.max(other.levels);
        self.introspection = self.introspection.max(other.introspection);
        self.schemas = self.schemas.saturating_add(other.schemas);
        self.types = self.types.saturating_add(other.types);
        self.fields = self.fields.saturating_add(other.fields);
        self.width = self.width.saturating_add(other.width);
    }
}

/// What a field costs that is no list, for each of its parents.
fn own_points(shape: &Shape, parent: &str, name: &str, known: Option<&Field>) -> u64 {
    if shape.mutation.as_deref() == Some(parent) {
        return points::MUTATION;
    }
    if shape.subscription.as_deref() == Some(parent) {
        return points::SUBSCRIPTION;
    }
    let Some(known) = known else { return 0 };
    if known.is_computed {
        return points::COMPUTED;
    }
    if known.many != Multiplicity::One {
        return 0;
    }
    let target = known.target.as_str();
    match name {
        "__schema" => points::SCHEMA,
        "__type" => points::TYPE,
        _ if target == "JSON" => points::JSON,
        // Parts of a page, and of the schema's description.
        _ if parent.starts_with("__") || ["Connection", "Edge"].iter().any(|end| parent.ends_with(end)) => 0,
        _ if !shape.is_composite(target) || shows_figures(shape, parent) => 0,
        _ if shape.field(target, "id").is_some() => points::TO_ONE,
        _ => points::COMPUTED,
    }
}

/// Whether a type is a part of the figures of a list, which are paid for as a whole.
fn shows_figures(shape: &Shape, name: &str) -> bool {
    let mut objects = ["Aggregate", "Group", "Key"].iter().filter_map(|end| name.strip_suffix(end));
    objects.any(|object| shape.is_composite(&format!("{object}GroupConnection")))
}

fn too_many_levels() -> Rejection {
    Rejection::limit(format!("the query nests selections more than {LEVELS} deep, fragments included"))
}
