//! What is measured and reported.

mod kpi;
mod latest;
mod measurement;
mod report;
mod value;

pub use kpi::{Kpi, KpiFrequency, KpiMetric};
pub use latest::{KpiLatest, KpiStatus, Trend};
pub use measurement::KpiMeasurement;
pub use report::Report;
pub(crate) use value::KpiQuery;

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[Kpi::TABLE, KpiMeasurement::TABLE, Report::TABLE];
