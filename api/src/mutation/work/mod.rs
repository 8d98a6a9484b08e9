//! What can be done with tasks and executions.

pub(super) mod approval;
pub(super) mod assign;
pub(super) mod cancel;
pub(super) mod claim;
pub(super) mod create;
pub(super) mod execution;
pub(super) mod finish;
pub(super) mod lease;
mod result;
pub(super) mod retry;
