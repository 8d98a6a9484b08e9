//! What is done with a query's text before anything is executed.
//!
//! - [`Documents`]: text in, checked document out; the texts asked for again are kept.
//! - [`Limits`]: how large a document may be.
//! - [`Shape`]: what the checks know of the schema.
//! - `scan`: tokens and nesting, before the recursive parser sees the text.
//! - `walk`: depth and size of the parsed document, each fragment measured once.
//! - `rows`: how many rows an operation could return.
//! - `twice`: a mutation that would be done twice.
//! - `variables`: whether the values fit the operation's variables.
//!
//! async-graphql expands a fragment each time it is spread and does so before its own limits apply,
//! so everything that bounds a document stands here and is linear in the document's length.

mod cache;
mod error;
mod limits;
mod operation;
mod rows;
mod scan;
mod shape;
#[cfg(test)]
mod tests;
mod twice;
mod variables;
mod walk;

pub use cache::Documents;
pub use error::Refusal;
pub use limits::Limits;
pub use operation::{Document, Operation};
pub use shape::Shape;
