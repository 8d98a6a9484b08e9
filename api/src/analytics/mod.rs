//! What is measured and reported.

mod kpi;
mod measurement;
mod report;

pub use kpi::{Kpi, KpiFrequency, KpiMetric};
pub use measurement::KpiMeasurement;
pub use report::Report;

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[Kpi::TABLE, KpiMeasurement::TABLE, Report::TABLE];
