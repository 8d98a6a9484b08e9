//! What can be done with marketing.

pub(super) mod campaign;
pub(super) mod content;
pub(super) mod lists;
