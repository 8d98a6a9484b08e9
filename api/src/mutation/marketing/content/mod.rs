//! What can be done with content.

pub(in crate::mutation) mod create;
pub(in crate::mutation) mod publish;
pub(in crate::mutation) mod submit;
pub(in crate::mutation) mod update;
