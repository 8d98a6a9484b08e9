//! Figures over the rows of a list: `aggregate` over all of them, `groups` over those with the same keys.
//!
//! - `function`: what can be worked out of a column. `types`: the types of the schema.
//! - `selection`: what a selection asks, as a tree to be filled: of `key`s and `measure`s, the columns of the statement.
//! - `having`, `order`: which groups, and in which order. `statement`: the statement. `value`: what is computed of measures.
//! - `load`: reads them, for the root or for many parents at once; `write`: the answer.

mod function;
mod having;
mod interval;
mod key;
mod load;
mod measure;
mod order;
mod selection;
mod statement;
mod types;
mod value;
mod write;

pub(crate) use interval::Interval;
pub(in crate::read) use load::{Of, figures};
pub(in crate::read) use types::fields;
