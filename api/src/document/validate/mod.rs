//! The specification's validation, section 5, on the parsed document.
//!
//! async-graphql's own rules have gaps and run at each request; these run once for a text. Each definition
//! is walked once, so that they are linear in the document. What operations have in common, their variables in `usage`
//! and their fields in `merge`, is looked at for each of them, up to a bound.
//! What the parser and `walk` refuse comes before: names given twice, unknown fragments, cycles.

mod merge;
mod selections;
#[cfg(test)]
mod tests;
mod usage;
mod values;

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{ExecutableDocument, OperationDefinition, Type},
};

use super::{
    Rejection, Shape,
    error::Problem,
    suggest::{suggest, suggest_value},
    syntax::{Parsed, Positions},
    walk::root,
};

/// Problems that are told at once.
const PROBLEMS: usize = 20;

/// Uses of variables and fragments that are looked at for one document.
const USES: usize = 100_000;

/// Refuses a document that breaks a rule. For each operation, in the given order: the variables that must not be
/// null although their type says that they may, since a default is all that lets them stand where they do.
pub(super) fn validate<'a>(
    parsed: &'a Parsed,
    operations: &[(Option<&'a Name>, &'a Positioned<OperationDefinition>)],
    shape: &'a Shape,
) -> Result<Vec<HashSet<&'a str>>, Rejection> {
    let mut validator =
        Validator { shape, document: &parsed.document, positions: &parsed.positions, problems: Vec::new() };
    let uses: Vec<_> = operations.iter().map(|(_, operation)| validator.operation(&operation.node)).collect();
    let fragments = validator.fragments();
    let (mut reached, mut left) = (HashSet::new(), USES);
    let mut never_null = Vec::new();
    for ((name, operation), uses) in operations.iter().zip(&uses) {
        let all = usage::reach(uses, &fragments, &mut reached, &mut left)?;
        never_null.push(validator.usage(*name, operation, &all));
    }
    validator.unused(&reached);
    if validator.problems.is_empty() {
        merge::check(&parsed.document, operations, shape)?;
        return Ok(never_null);
    }
    validator.problems.sort_by_key(|problem| problem.positions.first().copied());
    Err(Rejection::Invalid(validator.problems))
}

struct Validator<'a> {
    shape: &'a Shape,
    document: &'a ExecutableDocument,
    positions: &'a Positions,
    problems: Vec<Problem>,
}

/// The variables and fragments that a definition uses.
#[derive(Debug, Default)]
struct Uses<'a> {
    variables: Vec<Use<'a>>,
    fragments: Vec<&'a str>,
}

/// A variable where a value belongs.
#[derive(Debug)]
struct Use<'a> {
    name: Name,
    position: Pos,
    /// Nothing where any value may stand.
    slot: Option<Slot<'a>>,
}

/// What a value is for.
#[derive(Clone, Copy, Debug)]
struct Slot<'a> {
    kind: &'a Type,
    /// Null may stand in it.
    nullable: bool,
    /// A default stands in when it is left out.
    has_default: bool,
    /// It is the only field of its object.
    is_one_of: bool,
}

impl<'a> Slot<'a> {
    fn of(kind: &'a Type) -> Self {
        Self { kind, nullable: kind.nullable, has_default: false, is_one_of: false }
    }
}

impl<'a> Validator<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Uses<'a> {
        let mut uses = Uses::default();
        self.directives(&operation.directives, false, &mut uses);
        self.definitions(&operation.variable_definitions, &mut uses);
        let set = &operation.selection_set;
        let root = root(self.shape, operation.ty);
        if root.is_none() {
            self.problem(format!("the schema has no {}s", operation.ty), set.pos);
        }
        self.selections(&set.node, root, &mut uses);
        uses
    }

    fn fragments(&mut self) -> HashMap<&'a str, Uses<'a>> {
        let document = self.document;
        let walked = document.fragments.iter().map(|(name, fragment)| {
            let mut uses = Uses::default();
            let fragment = &fragment.node;
            self.directives(&fragment.directives, false, &mut uses);
            let on = self.condition(&fragment.type_condition.node.on);
            self.selections(&fragment.selection_set.node, on, &mut uses);
            (name.as_str(), uses)
        });
        walked.collect()
    }

    /// Refuses the fragments that no operation spreads.
    fn unused(&mut self, reached: &HashSet<&'a str>) {
        let document = self.document;
        for (name, fragment) in &document.fragments {
            if !reached.contains(name.as_str()) {
                self.problem(format!("the fragment \"{name}\" is never used"), fragment.pos);
            }
        }
    }

    /// The closest of some names, as the end of a message that is still told.
    fn suggest<'n>(&self, name: &str, names: impl Iterator<Item = &'n str>) -> String {
        if self.problems.len() < PROBLEMS { suggest(name, names) } else { String::new() }
    }

    fn suggest_value(&self, name: &str, values: &[String]) -> String {
        if self.problems.len() < PROBLEMS { suggest_value(name, values) } else { String::new() }
    }

    fn problem(&mut self, message: impl Into<String>, position: Pos) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(Problem { message: message.into(), positions: vec![position] });
        }
    }
}
