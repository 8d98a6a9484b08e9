//! What can be done with draft orders.

pub(in crate::mutation) mod create;
pub(in crate::mutation) mod delete;
pub(in crate::mutation) mod update;
