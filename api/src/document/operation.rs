//! A checked document and its operations.

use async_graphql::{
    Name, Value, Variables,
    parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet, Type},
};
use async_graphql_value::Value as Argument;

use super::{
    Description, Limits, Rejection, Shape, duplicate_fields,
    estimate::{Arguments, Estimate, Part},
    introspection,
    limits::OPERATION_NAME,
    shape::TYPENAME,
    syntax::parse,
    validate::validate,
    variables,
    walk::Walk,
};

/// A parsed document within the limits.
#[derive(Debug)]
pub struct Document {
    /// The document as async-graphql executes it.
    pub parsed: ExecutableDocument,
    /// The SHA-256 of its text, in hexadecimal digits: what the log calls it.
    pub hash: String,
    operations: Vec<Operation>,
    fragments: Vec<Part>,
}

/// One of a document's operations.
#[derive(Debug)]
pub struct Operation {
    /// What the client calls it.
    pub name: Option<Name>,
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// Where it asks for the schema's description.
    pub description: Description,
    /// Fields with selections stand twice under one name.
    pub is_merged: bool,
    /// It asks about the schema alone.
    is_introspection: bool,
    variables: Vec<Variable>,
    part: Part,
    /// Of a subscription: the cursor it begins after.
    after: Option<Argument>,
}

/// A variable that an operation defines.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: Name,
    pub(super) kind: Type,
    pub(super) default: Option<Value>,
    /// Its type may be null, but it stands where null must not.
    pub(super) never_null: bool,
}

impl Document {
    /// Parses a text, holds it against the limits and validates it.
    pub(super) fn read(text: &str, shape: &Shape, limits: &Limits) -> Result<Self, Rejection> {
        let parsed = parse(text, limits.tokens)?;
        let document = &parsed.document;
        let mut defined: Vec<_> = document.operations.iter().collect();
        defined.sort_by_key(|(_, operation)| operation.pos);
        for (name, operation) in &defined {
            if name.is_some_and(|name| name.len() > OPERATION_NAME) {
                let message = format!("the name of an operation has at most {OPERATION_NAME} bytes");
                return Err(Rejection::at(message, operation.pos));
            }
        }
        let mut walk = Walk::new(shape, limits, document);
        let facts = defined.iter().map(|(_, one)| walk.operation(one.node.ty, &one.node.selection_set.node));
        let facts = facts.collect::<Result<Vec<_>, _>>()?;
        walk.rest()?;
        let never_null = validate(&parsed, &defined, shape)?;
        let mut operations = Vec::new();
        for (((name, operation), facts), never_null) in defined.into_iter().zip(facts).zip(never_null) {
            let operation = &operation.node;
            let set = &operation.selection_set;
            match operation.ty {
                OperationType::Subscription if !is_one_field(&set.node) => {
                    return Err(Rejection::at("a subscription selects exactly one field, without fragments", set.pos));
                }
                OperationType::Mutation => duplicate_fields::refuse(&set.node, document)?,
                _ => {}
            }
            let variables = operation.variable_definitions.iter().map(|definition| Variable {
                name: definition.node.name.node.clone(),
                kind: definition.node.var_type.node.clone(),
                default: definition.node.default_value.as_ref().map(|value| value.node.clone()),
                never_null: never_null.contains(definition.node.name.node.as_str()),
            });
            operations.push(Operation {
                name: name.cloned(),
                kind: operation.ty,
                description: Description::of(&set.node, document),
                is_merged: duplicate_fields::any(&set.node, document),
                is_introspection: introspection::is_all(&set.node),
                variables: variables.collect(),
                part: facts.part,
                after: argument(&set.node, "after"),
            });
        }
        let fragments = walk.fragments;
        Ok(Self { parsed: parsed.document, hash: service::hash::hex(text), operations, fragments })
    }

    /// The operation that a request means.
    pub fn operation(&self, name: Option<&str>) -> Result<&Operation, Rejection> {
        match (name, self.operations.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => {
                Err(Rejection::invalid("the document has several operations: `operationName` must say which is meant"))
            }
            (Some(name), _) if name.len() > OPERATION_NAME => {
                Err(Rejection::invalid(format!("`operationName` has at most {OPERATION_NAME} bytes")))
            }
            (Some(name), operations) => operations
                .iter()
                .find(|operation| operation.name.as_deref() == Some(name))
                .ok_or_else(|| Rejection::invalid(format!("the document has no operation named \"{name}\""))),
        }
    }

    /// Whether it asks about the schema alone.
    pub fn is_introspection(&self) -> bool {
        self.operations.iter().all(|operation| operation.is_introspection)
    }

    /// Holds an operation with its variables against the schema and the limits, and puts in the defaults. Returns what
    /// it could cost.
    pub fn check(
        &self,
        operation: &Operation,
        variables: &mut Variables,
        shape: &Shape,
        limits: &Limits,
    ) -> Result<Estimate, Rejection> {
        variables::check(&operation.variables, variables, shape)?;
        variables::complete(&operation.variables, variables);
        // What is not declared is not needed, for as long as the operation runs.
        variables.retain(|name, _| operation.variables.iter().any(|variable| variable.name == *name));
        if operation.is_introspection {
            variables::deny(&operation.variables, variables);
        }
        let arguments = Arguments(variables);
        let estimate = arguments.estimate(&operation.part, &self.fragments);
        if estimate.rows > limits.rows {
            return Err(Rejection::limit(format!(
                "this query could return {} rows, at most {} are allowed; ask for smaller pages with `first`",
                estimate.rows, limits.rows
            )));
        }
        if estimate.points > limits.points {
            let dearest = arguments.dearest(&operation.part, &self.fragments).into_iter();
            let dearest: Vec<_> = dearest.map(|(name, points)| format!("`{name}` ({points})")).collect();
            return Err(Rejection::limit(format!(
                "this operation could cost {} points, at most {} are allowed; ask for smaller pages, fewer nested lists \
                 or a simpler filter. What costs most: {}",
                estimate.points,
                limits.points,
                dearest.join(", ")
            )));
        }
        Ok(Estimate { held: variables.values().map(variables::size).sum(), ..estimate })
    }
}

impl Operation {
    /// Whether a subscription begins now, and not after some cursor; of variables with their defaults.
    pub fn begins_now(&self, variables: &Variables) -> bool {
        match &self.after {
            None | Some(Argument::Null) => true,
            Some(Argument::Variable(name)) => variables.get(name).is_none_or(|given| *given == Value::Null),
            Some(_) => false,
        }
    }
}

/// An argument of the first field.
fn argument(set: &SelectionSet, name: &str) -> Option<Argument> {
    match set.items.first().map(|selection| &selection.node) {
        Some(Selection::Field(field)) => field.node.get_argument(name).map(|value| value.node.clone()),
        _ => None,
    }
}

/// Not by way of a fragment, which async-graphql passes over, under no condition, and an event.
fn is_one_field(set: &SelectionSet) -> bool {
    match set.items.as_slice() {
        [only] => {
            matches!(&only.node, Selection::Field(field)
                if field.node.directives.is_empty() && field.node.name.node != TYPENAME)
        }
        _ => false,
    }
}
