//! What can be done with discounts.

pub(in crate::mutation) mod remove;
pub(in crate::mutation) mod save;
