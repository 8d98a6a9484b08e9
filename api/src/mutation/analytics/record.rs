//! Recording a measurement.

use crate::{analytics::KpiMeasurement, mutation::prelude::*};

verbs! {
    /// Records a measurement of a KPI whose metric is MANUAL: one for each period, of a period that has begun.
    record_kpi_measurement = perform(service::analytics::record::Record) {
        /// The KPI.
        kpi_id: Id,
        /// Any time in the period, which has the length of the KPI's frequency and begins at midnight in the time zone
        /// of the shop. Default: the last period that is over.
        period: Option<Moment>,
        /// Value, with at most 8 digits before and 4 after the point.
        value: Decimal,
    } -> measurement: KpiMeasurement;
}
