//! What can be done with budgets.

pub(in crate::mutation) mod allocate;
pub(in crate::mutation) mod commit;
pub(in crate::mutation) mod create;
pub(in crate::mutation) mod release;
pub(in crate::mutation) mod reserve;
pub(in crate::mutation) mod transfer;
pub(in crate::mutation) mod update;
