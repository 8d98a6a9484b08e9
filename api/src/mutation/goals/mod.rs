//! What can be done with goals.

pub(super) mod close;
pub(super) mod create;
pub(super) mod progress;
pub(super) mod split;
pub(super) mod update;
