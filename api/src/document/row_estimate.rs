//! How many rows an operation could return.
//!
//! The pages of nested lists multiply. Only the page sizes depend on the request's variables, so
//! the lists are picked out of the document once and multiplied per request.

use async_graphql::{Name, Value, Variables, parser::types::Field};
use async_graphql_value::Value as Argument;

use super::shape::Multiplicity;
use crate::read::{
    load::MAX_STEPS,
    page::{DEFAULT_SIZE, MAX_SIZE},
};

/// The page without `first` and `last`.
const PAGE: u64 = DEFAULT_SIZE as u64;
/// The largest page; more is refused where the page is read.
const LARGEST_PAGE: u64 = MAX_SIZE as u64;
/// What a list without paging is taken for.
const LIST: u64 = 10;
/// The list that is as long as a hierarchy is deep.
const ANCESTORS: &str = "ancestors";

/// A list in a document, with the lists inside.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A list field.
    List { size: Size, inside: Vec<Node> },
    /// The lists of a fragment, by its number.
    Spread(usize),
}

/// Where the length of a list comes from.
#[derive(Clone, Debug)]
pub(super) enum Size {
    Fixed(u64),
    /// `first` and `last`.
    Page(Amount, Amount),
    /// As many as the variable's list has.
    Length(Name),
}

/// A page size argument.
#[derive(Clone, Debug)]
pub(super) enum Amount {
    Absent,
    Literal(u64),
    Variable(Name),
}

impl Node {
    pub(super) fn list(many: Multiplicity, field: &Field, inside: Vec<Self>) -> Self {
        let size = match (many, field.get_argument("ids").map(|ids| &ids.node)) {
            (Multiplicity::Connection, _) => Size::Page(Amount::of(field, "first"), Amount::of(field, "last")),
            // `nodes(ids:)` gives one row for each.
            (_, Some(Argument::List(ids))) => Size::Fixed(count(ids.len())),
            (_, Some(Argument::Variable(name))) => Size::Length(name.clone()),
            _ if field.name.node == ANCESTORS => Size::Fixed(MAX_STEPS.into()),
            _ => Size::Fixed(LIST),
        };
        Self::List { size, inside }
    }
}

impl Amount {
    fn of(field: &Field, name: &str) -> Self {
        match field.get_argument(name).map(|value| &value.node) {
            Some(Argument::Number(number)) => number.as_u64().map_or(Self::Absent, Self::Literal),
            Some(Argument::Variable(name)) => Self::Variable(name.clone()),
            _ => Self::Absent,
        }
    }
}

/// The values of one request's variables, defaults among them.
pub(super) struct Arguments<'a>(pub(super) &'a Variables);

impl Arguments<'_> {
    fn amount(&self, amount: &Amount) -> Option<u64> {
        match amount {
            Amount::Absent => None,
            Amount::Literal(value) => Some(*value),
            Amount::Variable(name) => match self.0.get(name) {
                Some(Value::Number(number)) => number.as_u64(),
                _ => None,
            },
        }
    }

    fn size(&self, size: &Size) -> u64 {
        match size {
            Size::Fixed(size) => *size,
            Size::Page(first, last) => self.amount(first).max(self.amount(last)).unwrap_or(PAGE).min(LARGEST_PAGE),
            Size::Length(name) => match self.0.get(name) {
                Some(Value::List(items)) => count(items.len()),
                _ => 1,
            },
        }
    }

    fn sum(&self, nodes: &[Node], fragments: &[u64]) -> u64 {
        nodes.iter().fold(0, |sum, node| {
            sum.saturating_add(match node {
                Node::List { size, inside } => {
                    self.size(size).saturating_mul(self.sum(inside, fragments).saturating_add(1))
                }
                Node::Spread(index) => fragments.get(*index).copied().unwrap_or_default(),
            })
        })
    }

    /// The rows of `lists`, which spread `fragments`; each of these spreads only those before it.
    pub(super) fn rows(&self, lists: &[Node], fragments: &[Vec<Node>]) -> u64 {
        let mut rows = Vec::with_capacity(fragments.len());
        for lists in fragments {
            let sum = self.sum(lists, &rows);
            rows.push(sum);
        }
        self.sum(lists, &rows)
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
