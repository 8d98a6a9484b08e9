//! Reads a text as the grammar of GraphQL has it (September 2025, executable definitions only).
//!
//! async-graphql's parser knows no surrogate pairs, keeps the last of a repeated input field and takes
//! `query(){…}`. This one gives the same types, and says where each value stands.

mod lexer;
mod parser;
mod string;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use async_graphql::{Pos, parser::types::ExecutableDocument};

pub(super) use parser::parse;

/// Brackets within brackets: deeper than any useful query, shallow enough for a stack.
pub(super) const NESTING: usize = 64;

/// A document as it was written.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) document: ExecutableDocument,
    pub(super) positions: Positions,
}

/// The positions of the lists and objects of a document, by where each begins.
pub(super) type Positions = HashMap<Pos, Position>;

/// Where a value and the values inside of it stand.
#[derive(Clone, Debug)]
pub(super) struct Position {
    /// Where the value begins.
    pub(super) value: Pos,
    /// Where its name stands, if it belongs to a field of an object; otherwise as `value`.
    pub(super) key: Pos,
    /// Items of a list or fields of an object, in the order in which they are kept.
    pub(super) inside: Vec<Position>,
}
