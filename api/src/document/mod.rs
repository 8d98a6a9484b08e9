//! What is done with a query's text before anything is executed.
//!
//! - [`Documents`]: text in, checked document out; the texts asked for again are kept.
//! - [`Limits`]: how large a document may be.
//! - [`Shape`]: what the checks know of the schema.
//! - `syntax`: the parser; how many tokens and how deep.
//! - `walk`: depth and size of the parsed document, each fragment measured once.
//! - `validate`: the specification's rules.
//! - `estimate`: how many rows an operation could return, and how many `points` it could cost.
//! - `description`: where a query asks for the schema's own.
//! - `duplicate_fields`: a mutation that would be done twice, and answers that must be merged.
//! - `fields`: the fields of a selection, those of fragments among them.
//! - `variables`: whether the values fit the operation's variables.
//!
//! async-graphql expands a fragment each time it is spread and does so before its own limits apply,
//! so everything that bounds a document stands here and is linear in the document's length. Its own
//! validation has gaps, and is off: a document that was read here is executed as it is.

mod cache;
mod description;
mod duplicate_fields;
mod error;
mod estimate;
mod fields;
mod introspection;
mod limits;
mod operation;
mod points;
mod shape;
mod suggest;
mod syntax;
#[cfg(test)]
mod tests;
mod validate;
mod variables;
mod walk;

pub use cache::Documents;
pub use description::Description;
pub use error::{Problem, Rejection};
pub use estimate::Estimate;
pub use limits::Limits;
pub use operation::{Document, Operation};
pub use points::REPLAYED_PAGE;
pub use shape::Shape;
