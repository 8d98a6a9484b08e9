//! What an operation could cost: rows that it returns, and points.
//!
//! The pages of nested lists multiply. Only page sizes and filters depend on the request's variables, so the lists are
//! picked out of the document once and multiplied per request.

use std::collections::HashSet;

use async_graphql::{Name, Value, Variables, parser::types::Field};
use async_graphql_value::Value as Argument;

use super::{points, shape::Multiplicity};
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

/// A selection set, of which every row costs the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// The points of its fields that are no lists.
    pub(super) points: u64,
    /// Points that a page costs once, however many rows it has.
    pub(super) once: u64,
    /// Some of its fields have to look at many rows.
    pub(super) scans: bool,
    pub(super) lists: Vec<Node>,
}

impl Part {
    pub(super) fn add(&mut self, points: u64, once: u64) {
        self.points = self.points.saturating_add(points);
        self.once = self.once.saturating_add(once);
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.add(other.points, other.once);
        self.scans |= other.scans;
        self.lists.append(&mut other.lists);
    }
}

/// A list in a document, with what is inside.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A list field.
    List(Box<List>),
    /// The lists of a fragment, by its number.
    Spread(usize),
}

/// A list field.
#[derive(Clone, Debug)]
pub(super) struct List {
    /// How the answer names it.
    name: Name,
    size: Size,
    /// The points of the list itself.
    points: u64,
    filter: Option<Argument>,
    inside: Part,
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

impl List {
    pub(super) fn new(many: Multiplicity, field: &Field, mut inside: Part, is_root: bool) -> Self {
        let size = match (many, field.get_argument("ids").map(|ids| &ids.node)) {
            (Multiplicity::Connection, _) => Size::Page(Amount::of(field, "first"), Amount::of(field, "last")),
            // `nodes(ids:)` gives one row for each.
            (_, Some(Argument::List(ids))) => Size::Fixed(count(ids.len())),
            (_, Some(Argument::Variable(name))) => Size::Length(name.clone()),
            _ if field.name.node == ANCESTORS => Size::Fixed(MAX_STEPS.into()),
            _ => Size::Fixed(LIST),
        };
        let list = if is_root { points::ROOT_LIST } else { points::LIST };
        Self {
            name: field.response_key().node.clone(),
            size,
            points: list.saturating_add(std::mem::take(&mut inside.once)),
            filter: field.get_argument("filter").map(|filter| filter.node.clone()),
            inside,
        }
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

    fn part(&self, part: &Part, fragments: &[Estimate]) -> Estimate {
        let points = part.points.saturating_add(part.once);
        let own = Estimate { points, scans: part.scans, ..Estimate::default() };
        own.and(self.lists(&part.lists, fragments))
    }

    fn lists(&self, lists: &[Node], fragments: &[Estimate]) -> Estimate {
        lists.iter().fold(Estimate::default(), |sum, node| sum.and(self.node(node, fragments)))
    }

    fn node(&self, node: &Node, fragments: &[Estimate]) -> Estimate {
        match node {
            Node::Spread(index) => fragments.get(*index).copied().unwrap_or_default(),
            Node::List(list) => {
                let (size, inside) = (self.size(&list.size), self.part(&list.inside, fragments));
                let filter = list.filter.as_ref();
                let filter = filter.map_or(points::Cost::default(), |filter| points::filter(filter, self.0));
                let each = inside.points.saturating_add(points::ROW);
                Estimate {
                    rows: size.saturating_mul(inside.rows.saturating_add(1)),
                    points: list.points.saturating_add(filter.points).saturating_add(size.saturating_mul(each)),
                    least: 0,
                    scans: filter.scans || inside.scans,
                    held: 0,
                }
            }
        }
    }

    /// What an operation could cost that spreads `fragments`; each of these spreads only those before it.
    pub(super) fn estimate(&self, operation: &Part, fragments: &[Part]) -> Estimate {
        let least = operation.points.saturating_add(operation.once);
        Estimate { least, ..self.part(operation, &self.fragments(fragments)) }
    }

    fn fragments(&self, fragments: &[Part]) -> Vec<Estimate> {
        let mut known = Vec::with_capacity(fragments.len());
        for part in fragments {
            // Its own points stand where it is spread.
            let lists = self.lists(&part.lists, &known);
            known.push(lists);
        }
        known
    }

    /// The outermost lists that cost most, the dearest first, with their points.
    pub(super) fn dearest<'p>(&self, operation: &'p Part, fragments: &'p [Part]) -> Vec<(&'p Name, u64)> {
        let known = self.fragments(fragments);
        let (mut nodes, mut spread) = (operation.lists.iter().collect::<Vec<_>>(), HashSet::new());
        let mut lists = Vec::new();
        while let Some(node) = nodes.pop() {
            match node {
                Node::List(list) => lists.push((&list.name, self.node(node, &known).points)),
                Node::Spread(index) if spread.insert(index) => {
                    nodes.extend(fragments.get(*index).into_iter().flat_map(|part| &part.lists));
                }
                Node::Spread(_) => {}
            }
        }
        lists.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
        lists.truncate(DEAREST);
        lists
    }
}

/// How many lists are named when an operation costs too much.
const DEAREST: usize = 3;

/// What an operation could cost at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Rows that its lists return.
    pub rows: u64,
    /// Points.
    pub points: u64,
    /// What it costs however few rows there are.
    pub least: u64,
    /// It has to look at many rows.
    pub scans: bool,
    /// Memory that its variables take, in bytes.
    pub held: u64,
}

impl Estimate {
    /// Of a request of this many bytes, of which nothing more is known.
    pub fn of_request(bytes: usize) -> Self {
        let points = points::bytes(bytes);
        Self { points, least: points, ..Self::default() }
    }

    /// The same, but at least what the other one costs.
    pub fn at_least(self, other: Self) -> Self {
        Self { points: self.points.max(other.points), least: self.least.max(other.least), ..self }
    }

    /// Whether its statements may take long.
    pub fn is_heavy(&self) -> bool {
        self.scans || self.points > points::HEAVY
    }

    fn and(self, other: Self) -> Self {
        Self {
            rows: self.rows.saturating_add(other.rows),
            points: self.points.saturating_add(other.points),
            least: self.least.saturating_add(other.least),
            scans: self.scans || other.scans,
            held: self.held.saturating_add(other.held),
        }
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
