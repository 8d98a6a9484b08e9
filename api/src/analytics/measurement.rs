//! Measurements: the values of KPIs.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Kpi;
use crate::{read::scalars::Id, resource};

resource! {
    /// A value of a KPI.
    KpiMeasurement: kpi_measurements, key [id], by [measured_at desc];
    one kpi_measurement;
    list kpi_measurements;
    columns {
        /// Its key.
        id: Id,
        /// The KPI.
        kpi_id: Id,
        /// When it was measured.
        measured_at: DateTime<Utc>,
        /// The value, in the KPI's unit.
        value: Decimal,
        /// Where the period it speaks of begins; null for a moment.
        period_start: Option<DateTime<Utc>>,
        /// Where that period ends, itself not within; null for a moment.
        period_end: Option<DateTime<Utc>>,
        /// More about it, an object.
        metadata: Json,
        /// When the row was made.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By the time it was measured.
        measured_at,
        /// By value.
        value,
        /// By the time it was made.
        created_at,
    }
    to_one {
        /// The KPI.
        kpi: Kpi by kpi_id,
    }
    to_one_or_none {}
    to_many {}
}
