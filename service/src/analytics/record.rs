//! A measurement that somebody made.

use chrono::{DateTime, Utc};
use entity::{kpis, sea_orm_active_enums::KpiMetric};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{fields, metric, period, taken};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    refusal::{At, Code, Refusal},
    settings,
    zone::Period,
};

/// Records a measurement of a KPI that the server does not measure.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The KPI.
    pub kpi_id: Uuid,
    /// A moment of the period. Default: the last that is over.
    pub period: Option<DateTime<Utc>>,
    /// The value.
    pub value: Decimal,
}

impl Verb for Record {
    /// The measurement.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RecordKpiMeasurement;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        fields::check_value("value", self.value)?;
        period::check_moment(self.period)?;
        let settings = settings::load(unit).await?;
        let kpi: kpis::Model = edit::lock(unit, self.kpi_id, None).await.at(["kpiId"])?;
        if kpi.metric != KpiMetric::Manual {
            let message = "the server measures this KPI: only those of the metric MANUAL are recorded";
            return Err(check::invalid("kpiId", message).into());
        }
        let period = period::wanted(&settings, kpi.frequency, self.period, unit.now());
        if period.start > unit.now() {
            return Err(check::invalid("period", "the period has not begun").into());
        }
        check_new(unit, kpi.id, period).await?;
        let row = taken::row(unit, kpi.id, period, metric::rounded(self.value), Json::Object(Map::new()));
        let id = row.id;
        unit.record(Self::OPERATION, "KpiMeasurement", id, Json::Null, taken::told(&row));
        taken::add(unit, &[&kpi], vec![row]).await?;
        // Whoever records is not asked to go by the order of periods.
        let mut sql = unit.sql();
        sql.push("UPDATE kpis SET measured_until = ").bind(period.end).push(" WHERE id = ").bind(kpi.id);
        sql.push(" AND (measured_until IS NULL OR measured_until < ").bind(period.end).push(")");
        unit.execute(sql).await?;
        Ok(id)
    }
}

/// Refuses a second measurement of a period.
async fn check_new(unit: &UnitOfWork, kpi: Uuid, period: Period) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM kpi_measurements WHERE kpi_id = ").bind(kpi);
    sql.push(" AND period_start = ").bind(period.start).push(" AND period_end = ").bind(period.end);
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = "the KPI has a measurement of this period already";
            Err(Refusal::new(Code::AlreadyExists, message).at(["period"]).into())
        }
    }
}
