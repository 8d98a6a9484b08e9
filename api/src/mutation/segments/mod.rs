//! What can be done with segments.

pub(super) mod assign;
pub(super) mod create;
pub(super) mod recompute;
pub(super) mod update;
