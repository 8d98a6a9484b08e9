//! Measurements: the values of KPIs.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Kpi;
use crate::{read::scalars::Id, resource};

resource! {
    /// A measured value of a KPI.
    KpiMeasurement: kpi_measurements, key [id], by [measured_at desc];
    one kpi_measurement;
    list kpi_measurements;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The KPI that was measured.
        kpi_id: Id,
        /// When it was measured.
        measured_at: DateTime<Utc>,
        /// Measured value, in the KPI's unit.
        value: Decimal,
        /// Start of the measured period, inclusive; null for a point in time.
        period_start: Option<DateTime<Utc>>,
        /// End of the measured period, exclusive; null for a point in time.
        period_end: Option<DateTime<Utc>>,
        /// Additional data, as a JSON object.
        metadata: Json,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By time of measurement.
        measured_at,
        /// By value.
        value,
        /// By creation time.
        created_at,
    }
    to_one {
        /// The KPI that was measured.
        kpi: Kpi by kpi_id,
    }
    to_one_or_none {}
    to_many {}
}
