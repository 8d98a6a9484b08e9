//! What can be done with the system: settings, events and reports.

pub(super) mod configurations;
pub(super) mod events;
pub(super) mod reports;
