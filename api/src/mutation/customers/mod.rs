//! What can be done with customers.

pub(super) mod create;
pub(super) mod disclose;
pub(super) mod erase;
pub(super) mod interaction;
pub(super) mod merge;
pub(super) mod set_consent;
pub(super) mod update;
