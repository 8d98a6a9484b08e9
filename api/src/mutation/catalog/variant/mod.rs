//! What can be done with variants.

pub(in crate::mutation) mod create;
pub(in crate::mutation) mod delete;
pub(in crate::mutation) mod input;
mod result;
pub(in crate::mutation) mod update;
