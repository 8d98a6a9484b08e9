//! What the company measures: KPIs, what they measure, and reports of it.
//!
//! - [`create`], [`update`]: a KPI itself; `fields`: what it can be.
//! - `metric`: what can be measured, and how; `period`: over which time. [`value`]: a metric now.
//! - [`record`]: a measurement that somebody made. [`snapshot`]: measuring KPIs; `due`: those whose period is over.
//! - [`latest`]: the last measurement of a KPI beside the one before; [`trend`]: how a number compares with the one
//!   before.
//! - [`report`]: what a period brought, for agents.
//!
//! No data is no number: then nothing is measured. 0 is a number.
//!
//! Up to when a KPI was measured does not move its version: it would be in the way of whoever edits it.

pub mod create;
mod due;
mod fields;
pub mod latest;
mod metric;
pub(crate) mod period;
pub mod record;
pub mod report;
pub mod snapshot;
mod taken;
pub mod trend;
pub mod update;
pub mod value;

pub(crate) use due::{measure_due, write_due};
pub(crate) use metric::{Exact, IS_PLACED, PLACED_AT, formula, rounded, values, write_shares};
pub use metric::{Named, Unit};
