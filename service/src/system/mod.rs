//! What happens in the system and how it is configured.
//!
//! - [`events`]: noting what happened. [`configurations`], [`reports`]: what their names say.

pub mod configurations;
pub mod events;
pub mod reports;
