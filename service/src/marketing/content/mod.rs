//! Content: what is written, from the draft to the public.
//!
//! - [`create`], [`update`]: a text itself; `fields`: what it can be. `state`: how it moves between its states.
//! - [`submit`]: asking for an approval. `review`: what the decision does to the content. [`publish`]: publishing what
//!   was approved, and archiving it.

pub mod create;
mod fields;
pub mod publish;
mod review;
mod state;
pub mod submit;
pub mod update;

use uuid::Uuid;

pub(crate) use self::review::{Review, review};

/// The type of objects in approvals.
pub(crate) const SUBJECT: &str = "Content";

/// Names the effect of publishing a content: there is one open task for it.
fn effect_key(content: Uuid) -> String {
    format!("publish:{content}")
}
