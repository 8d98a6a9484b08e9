//! What can be done with the shop's connections to other systems.

pub(in crate::mutation) mod inbox;
pub(in crate::mutation) mod jobs;
pub(in crate::mutation) mod outbox;
