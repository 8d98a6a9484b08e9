//! What dashboards show: metrics over periods of any length, beside those of another period.
//!
//! - [`period`]: over which time, and which time it is compared with. [`figure`]: a value beside the other one.
//! - [`summary`]: many metrics of one period, and what calls for attention. [`series`]: one metric over many periods.
//!   [`anomalies`]: days that stand out. `target`: what a metric should be. `levels`: what KPIs measured.
//! - [`funnel`], [`cohorts`], [`products`], [`stock`], [`agents`], [`campaigns`], [`budgets`], [`deadlines`]: reports, each of
//!   one or two statements. [`page`]: which rows of one. `number`: how numbers are shown.
//!
//! The metrics are those of KPIs (`analytics`), before they are rounded. Without data there is no value: null is not 0.

pub mod agents;
pub mod anomalies;
pub mod budgets;
pub mod campaigns;
pub mod cohorts;
pub mod deadlines;
pub mod figure;
pub mod funnel;
mod levels;
mod number;
pub mod page;
pub mod period;
pub mod products;
pub mod series;
pub mod stock;
pub mod summary;
mod target;

pub use crate::analytics::{Named as Metric, Unit};
