//! What can be done with API keys.

pub(super) mod create;
pub(super) mod revoke;
