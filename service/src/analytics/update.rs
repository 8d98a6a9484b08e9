//! Changing a KPI.

use entity::{
    kpis,
    sea_orm_active_enums::{KpiFrequency, KpiMetric},
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::fields;
use crate::{
    Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At, settings, zone,
};

/// Updates a KPI. Its measurements stay.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The KPI.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called, as no other KPI.
    pub name: Change<String>,
    /// What it is about, an open list of names.
    pub category: Change<String>,
    /// What is measured.
    pub metric: Change<KpiMetric>,
    /// The unit of its values.
    pub unit: Change<Option<String>>,
    /// The value that is to be reached.
    pub target: Change<Option<Decimal>>,
    /// How often it is measured.
    pub frequency: Change<KpiFrequency>,
    /// The agent responsible for it.
    pub owner_agent_id: Change<Option<Uuid>>,
    /// Whether it is in use.
    pub is_active: Change<bool>,
}

impl Verb for Update {
    /// The KPI.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateKpi;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        fields::hold_names(unit).await?;
        let before: kpis::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut kpi = before.clone();
        self.name.apply(&mut kpi.name);
        self.category.apply(&mut kpi.category);
        self.metric.apply(&mut kpi.metric);
        self.unit.apply(&mut kpi.unit);
        self.target.apply(&mut kpi.target_value);
        self.frequency.apply(&mut kpi.frequency);
        self.owner_agent_id.apply(&mut kpi.owner_agent_id);
        self.is_active.apply(&mut kpi.is_active);
        fields::check(unit, Some(&before), &mut kpi).await?;
        if is_measured(&kpi) && !is_measured(&before) {
            // The time in which the server did not measure it is not made up for.
            let zone = settings::load(unit).await?.time_zone;
            let running = zone::period_at(kpi.frequency, unit.now(), zone).start.into();
            kpi.measured_until = kpi.measured_until.max(Some(running));
        }
        edit::update(unit, Self::OPERATION, EventKind::KpiUpdated, &before, kpi).await
    }
}

/// Whether the server measures it.
fn is_measured(kpi: &kpis::Model) -> bool {
    kpi.is_active && kpi.metric != KpiMetric::Manual
}
