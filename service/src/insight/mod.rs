//! What dashboards show: metrics over periods of any length, beside those of another period.
//!
//! - [`period`]: over which time, and which time it is compared with. [`figure`]: a value beside the other one.
//! - [`summary`]: many metrics of one period, and what calls for attention. [`series`]: one metric over many periods.
//!
//! The metrics are those of KPIs (`analytics`), before they are rounded. Without data there is no value: null is not 0.

pub mod figure;
pub mod period;
pub mod series;
pub mod summary;

pub use crate::analytics::{Named as Metric, Unit};
