//! What can be done with refunds.

pub(in crate::mutation) mod ask;
pub(in crate::mutation) mod cancel;
pub(in crate::mutation) mod retry;
