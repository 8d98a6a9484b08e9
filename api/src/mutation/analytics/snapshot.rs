//! Measuring KPIs.

use async_graphql::{Context, Enum};
use service::{
    Result,
    analytics::snapshot::{Reason, Skipped},
};

use crate::{
    analytics::{Kpi, KpiMeasurement},
    mutation::prelude::*,
    write::payload::Answer,
};

/// Why a KPI was not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Reason")]
pub(crate) enum KpiSkipReason {
    /// The KPI is not in use.
    Inactive,
    /// Its metric is MANUAL: use `recordKpiMeasurement`.
    Manual,
    /// The period is not over.
    NotOver,
    /// There is a measurement of the period already.
    AlreadyMeasured,
    /// The metric has no history, and the period is not the last one that is over.
    NoHistory,
    /// There is no data in the period.
    NoData,
    /// The value has more than 8 digits before the point.
    TooLarge,
}

impl Answer<KpiSkipReason> for Reason {
    async fn answer(&self, _: &Context<'_>) -> Result<KpiSkipReason> {
        Ok((*self).into())
    }
}

object! {
    /// A KPI that was not measured.
    SkippedKpi(Skipped) -> skipped {
        /// The KPI.
        kpi: Option<Row<Kpi>> = skipped.kpi,
        /// Why it was not measured.
        reason: KpiSkipReason = skipped.reason,
    }
}

verbs! {
    /// Measures KPIs over a period that is over, each once. The server does so by itself at the end of each period.
    take_kpi_snapshot = perform(service::analytics::snapshot::Take) {
        /// The KPIs, at most 1000. Default: those in use, of which at most 1000 are measured.
        kpi_ids: Vec<Id> = Vec::new(),
        /// Any time in the period, which has the length of each KPI's frequency and begins at midnight in the time zone
        /// of the shop. Default: the last period that is over.
        period: Option<Moment>,
    } -> taken {
        /// The new measurements.
        measurements: Vec<Row<KpiMeasurement>> = taken.measurements,
        /// The KPIs that were not measured.
        skipped: Vec<SkippedKpi> = taken.skipped,
    }
}
