//! What is measured and reported.

mod kpi;
mod measurement;
mod report;

use async_graphql::MergedObject;

pub use kpi::{Kpi, KpiFrequency, KpiMetric};
pub use measurement::KpiMeasurement;
pub use report::Report;

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct AnalyticsQuery(kpi::KpiQuery, measurement::KpiMeasurementQuery, report::ReportQuery);
