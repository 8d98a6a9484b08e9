//! What can be done with workflows.

mod definition;
pub(super) mod register;
pub(super) mod update;
