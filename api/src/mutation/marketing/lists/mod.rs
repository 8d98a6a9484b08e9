//! What can be done with e-mail lists.

pub(in crate::mutation) mod confirm;
pub(in crate::mutation) mod create;
pub(in crate::mutation) mod delete;
pub(in crate::mutation) mod recompute;
pub(in crate::mutation) mod subscribe;
pub(in crate::mutation) mod unsubscribe;
pub(in crate::mutation) mod update;
