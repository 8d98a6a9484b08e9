//! A checked document and its operations.

use async_graphql::{
    Name, Value, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType, Selection, SelectionSet, Type},
    },
};
use async_graphql_value::Value as Argument;

use super::{
    Limits, Refusal, Shape,
    rows::{Given, Node},
    scan::scan,
    twice, variables,
    walk::Walk,
};

/// A parsed document within the limits.
#[derive(Debug)]
pub struct Document {
    /// The document as async-graphql executes it.
    pub parsed: ExecutableDocument,
    operations: Vec<Operation>,
    fragments: Vec<Vec<Node>>,
}

/// One of a document's operations.
#[derive(Debug)]
pub struct Operation {
    /// What the client calls it.
    pub name: Option<Name>,
    /// Query, mutation or subscription.
    pub kind: OperationType,
    variables: Vec<Variable>,
    lists: Vec<Node>,
    /// Of a subscription: the cursor it begins after.
    after: Option<Argument>,
}

/// A variable that an operation defines.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: Name,
    pub(super) kind: Type,
    pub(super) default: Option<Value>,
}

impl Document {
    /// Parses a text and holds it against the limits.
    pub(super) fn read(text: &str, shape: &Shape, limits: &Limits) -> Result<Self, Refusal> {
        scan(text, limits.tokens)?;
        let parsed = parse_query(text)?;
        let mut walk = Walk::new(shape, limits, &parsed);
        let mut operations = Vec::new();
        for (name, operation) in parsed.operations.iter() {
            let operation = &operation.node;
            if operation.ty == OperationType::Subscription && !is_one_field(&operation.selection_set.node) {
                return Err(Refusal::at("a subscription selects one field, itself", operation.selection_set.pos));
            }
            let facts = walk.operation(operation.ty, &operation.selection_set.node)?;
            if operation.ty == OperationType::Mutation {
                twice::refuse(&operation.selection_set.node, &parsed)?;
            }
            let variables = operation.variable_definitions.iter().map(|definition| Variable {
                name: definition.node.name.node.clone(),
                kind: definition.node.var_type.node.clone(),
                default: definition.node.default_value.as_ref().map(|value| value.node.clone()),
            });
            operations.push(Operation {
                name: name.cloned(),
                kind: operation.ty,
                variables: variables.collect(),
                lists: facts.lists,
                after: argument(&operation.selection_set.node, "after"),
            });
        }
        walk.rest()?;
        let fragments = walk.fragments;
        Ok(Self { parsed, operations, fragments })
    }

    /// The operation that a request means.
    pub fn operation(&self, name: Option<&str>) -> Result<&Operation, Refusal> {
        match (name, self.operations.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => {
                Err(Refusal::invalid("the document has several operations: `operationName` must say which is meant"))
            }
            (Some(name), operations) => operations
                .iter()
                .find(|operation| operation.name.as_deref() == Some(name))
                .ok_or_else(|| Refusal::invalid(format!("the document has no operation named \"{name}\""))),
        }
    }

    /// Holds an operation with its variables against the schema and the limits.
    pub fn check(
        &self,
        operation: &Operation,
        variables: &Variables,
        shape: &Shape,
        limits: &Limits,
    ) -> Result<(), Refusal> {
        variables::check(&operation.variables, variables, shape)?;
        let rows = Given { variables, defined: &operation.variables }.rows(&operation.lists, &self.fragments);
        if rows > limits.rows {
            return Err(Refusal::limit(format!(
                "this query could return {rows} rows, at most {} are allowed; ask for smaller pages with `first`",
                limits.rows
            )));
        }
        Ok(())
    }
}

impl Operation {
    /// Whether a subscription begins now, and not after some cursor.
    pub fn begins_now(&self, variables: &Variables) -> bool {
        match &self.after {
            None | Some(Argument::Null) => true,
            Some(Argument::Variable(name)) => match variables.get(name) {
                Some(given) => *given == Value::Null,
                None => !self.variables.iter().any(|variable| variable.name == *name && variable.default.is_some()),
            },
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

/// Not by way of a fragment, which async-graphql passes over, and under no condition.
fn is_one_field(set: &SelectionSet) -> bool {
    match set.items.as_slice() {
        [only] => matches!(&only.node, Selection::Field(field) if field.node.directives.is_empty()),
        _ => false,
    }
}
