//! The read API, tried whole: most tests walk what introspection tells, so that a new table is tried as it arrives.
//!
//! - [`api`]: the schema over a test's database; [`shape`]: what introspection tells of it; [`tables`]: the entities
//! - [`crowd`]: rows of every table, with ties and nulls; [`fixture`]: the demo data on both engines at once
//! - [`listed`]: a list in every order; [`random`]: filters; [`meaning`]: what they mean
//!
//! and the tests: [`paging`], [`moving`], [`refused`]: pages; [`statements`]: what a request costs; [`filters`],
//! [`relations`], [`sla`]: conditions; [`engines`], [`keys`]: the same rows on both; [`rules`]: the schema itself; [`examples`]:
//! what GraphiQL opens with; [`bench`]: the measured reads; [`figures`]: aggregates and groups.

mod answers;
mod api;
mod bench;
mod crowd;
mod engines;
mod examples;
mod figures;
mod filters;
mod fixture;
mod keys;
mod listed;
mod meaning;
mod moving;
mod paging;
pub(crate) mod random;
mod refused;
mod relations;
mod rules;
pub(crate) mod shape;
mod sla;
mod statements;
mod tables;
