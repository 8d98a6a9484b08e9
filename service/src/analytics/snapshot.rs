//! Measuring KPIs on request.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{kpis, sea_orm_active_enums::KpiMetric};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

pub use super::taken::Reason;
use super::{due, period, taken};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch,
    refusal::Located,
    settings::{self, Settings},
    zone::Period,
};

/// Measures KPIs over a period.
#[derive(Clone, Debug, Serialize)]
pub struct Take {
    /// The KPIs; none: all that are in use.
    pub kpi_ids: Vec<Uuid>,
    /// A moment of the period, which is one of the frequency of each. Default: the last that is over.
    pub period: Option<DateTime<Utc>>,
}

/// What was measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// The measurements.
    pub measurements: Vec<Uuid>,
    /// The KPIs that were not measured.
    pub skipped: Vec<Skipped>,
}

/// A KPI that was not measured.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Skipped {
    /// Its id.
    pub kpi: Uuid,
    /// Why.
    pub reason: Reason,
}

impl Verb for Take {
    type Outcome = Taken;
    const OPERATION: Operation = Operation::TakeKpiSnapshot;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Taken> {
        batch::check_size("kpiIds", self.kpi_ids.len())?;
        period::check_moment(self.period)?;
        let settings = settings::load(unit).await?;
        let ids = match self.kpi_ids.is_empty() {
            true => in_use(unit).await?,
            false => self.kpi_ids.iter().copied().collect(),
        };
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut found: HashMap<Uuid, kpis::Model> =
            due::lock(unit, &ids).await?.into_iter().map(|kpi| (kpi.id, kpi)).collect();
        for (index, id) in self.kpi_ids.iter().enumerate() {
            if !found.contains_key(id) {
                return Err(Error::NotFound("KPI", *id).located(["kpiIds", &index.to_string()]));
            }
        }
        let mut taken = Taken { measurements: Vec::new(), skipped: Vec::new() };
        let mut wanted = Vec::new();
        for kpi in ids.iter().filter_map(|id| found.remove(id)) {
            match self.measurable(&kpi, &settings, unit.now()) {
                Ok(period) => wanted.push((kpi, period)),
                Err(reason) => taken.skipped.push(Skipped { kpi: kpi.id, reason }),
            }
        }
        for (kpi, outcome) in taken::take(unit, &settings, &wanted).await? {
            match outcome {
                Ok(measurement) => {
                    unit.record(Self::OPERATION, "KpiMeasurement", measurement, Json::Null, Measured { kpi_id: kpi });
                    taken.measurements.push(measurement);
                }
                Err(reason) => taken.skipped.push(Skipped { kpi, reason }),
            }
        }
        Ok(taken)
    }
}

/// What the audit log says of a measurement.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    kpi_id: Uuid,
}

impl Take {
    /// The period over which a KPI is measured.
    fn measurable(&self, kpi: &kpis::Model, settings: &Settings, now: DateTime<Utc>) -> Result<Period, Reason> {
        if kpi.metric == KpiMetric::Manual {
            return Err(Reason::Manual);
        }
        if !kpi.is_active {
            return Err(Reason::Inactive);
        }
        let period = period::wanted(settings, kpi.frequency, self.period, now);
        if period.end <= now { Ok(period) } else { Err(Reason::NotOver) }
    }
}

/// The KPIs that are in use, at most as many as a call may name.
async fn in_use(unit: &UnitOfWork) -> Result<BTreeSet<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM kpis WHERE is_active ORDER BY COALESCE(measured_until, created_at), id");
    sql.write(format_args!(" LIMIT {}", batch::MAX_ITEMS));
    unit.ids(sql).await
}
