//! What can be done with KPIs, and reports of a period.

pub(super) mod create;
pub(super) mod record;
pub(super) mod report;
pub(super) mod snapshot;
pub(super) mod update;
