//! What can be done with agents.

pub(super) mod active;
pub(super) mod capability;
pub(super) mod collaboration;
pub(super) mod create;
pub(super) mod reparent;
pub(super) mod update;
