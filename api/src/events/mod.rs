//! What happened to the work, and what happens.
//!
//! - `event`: the log, a page at a time; `filter`, `shop_filter`: which of it; `condition`: what filters
//!   are made of. `kind`: what can happen.
//! - `subscription`: the log as it grows; `delivery`: what comes of it.
//! - [`ResumePoint`]: how far a transport has come, so that its client can resume.

mod condition;
pub mod delivery;
pub mod event;
pub mod filter;
mod kind;
mod resume_point;
pub mod shop_filter;
mod subscription;

pub use event::EventsQuery;
pub use kind::EventKind;
pub use resume_point::ResumePoint;
pub use subscription::Subscription;
