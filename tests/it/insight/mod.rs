//! What dashboards show.
//!
//! - [`house`]: a small shop whose figures were worked out by hand; [`summary`], [`series`]: what is shown of it.

mod house;
mod series;
mod summary;
