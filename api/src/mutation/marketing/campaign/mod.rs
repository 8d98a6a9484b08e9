//! What can be done with campaigns.

pub(in crate::mutation) mod create;
pub(in crate::mutation) mod engage;
pub(in crate::mutation) mod launch;
pub(in crate::mutation) mod schedule;
pub(in crate::mutation) mod send;
pub(in crate::mutation) mod spend;
pub(in crate::mutation) mod status;
pub(in crate::mutation) mod touch;
pub(in crate::mutation) mod update;
