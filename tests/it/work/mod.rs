//! The work engine, through the GraphQL API, on a clock that stands.
//!
//! - [`fixture`]: agents, a workflow and a clock for each test.
//! - The other files: what must hold, by what it is about.

mod approval_deadlines;
mod approvals;
mod backlog;
mod cancelling;
mod claiming;
mod deciders;
mod delegation;
mod dependencies;
mod executions;
mod finished;
pub(crate) mod fixture;
mod leases;
mod retries;
mod schedules;
mod sequences;
mod stats;
mod together;
mod unique;
mod values;
