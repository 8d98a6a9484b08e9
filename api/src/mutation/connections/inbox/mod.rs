//! What can be done with webhooks that were received.

pub(in crate::mutation) mod bind;
pub(in crate::mutation) mod replay;
