//! What happened to the work, and what happens.
//!
//! - `event`: the log, a page at a time; `filter`: which of it. `kind`: what can happen.
//! - `subscription`: the log as it grows; `delivery`: what comes of it.
//! - [`Place`]: how far a transport has come, so that its client can resume.

pub mod delivery;
pub mod event;
pub mod filter;
mod kind;
mod place;
mod subscription;

pub use event::EventsQuery;
pub use kind::EventKind;
pub use place::Place;
pub use subscription::Subscription;
