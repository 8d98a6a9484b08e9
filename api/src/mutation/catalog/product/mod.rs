//! What can be done with products.

pub(in crate::mutation) mod create;
pub(in crate::mutation) mod delete;
pub(in crate::mutation) mod status;
pub(in crate::mutation) mod update;
pub(in crate::mutation) mod upsert;
