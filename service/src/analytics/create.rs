//! Adding a KPI.

use entity::{
    kpis,
    sea_orm_active_enums::{KpiFrequency, KpiMetric},
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::fields;
use crate::{Result, UnitOfWork, Verb, access::Operation, edit};

/// Creates a KPI.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called, as no other KPI.
    pub name: String,
    /// What it is about, an open list of names.
    pub category: String,
    /// What is measured.
    pub metric: KpiMetric,
    /// The unit of its values.
    pub unit: Option<String>,
    /// The value that is to be reached.
    pub target: Option<Decimal>,
    /// How often it is measured.
    pub frequency: KpiFrequency,
    /// The agent responsible for it; none for the one that acts.
    pub owner_agent_id: Option<Uuid>,
    /// Whether it is in use.
    pub is_active: bool,
}

impl Verb for Create {
    /// The KPI.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateKpi;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        fields::hold_names(unit).await?;
        let mut kpi = kpis::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            category: self.category.clone(),
            metric: self.metric,
            formula: String::new(),
            unit: self.unit.clone(),
            target_value: self.target,
            frequency: self.frequency,
            owner_agent_id: self.owner_agent_id.or(unit.principal().agent),
            is_active: self.is_active,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
            measured_until: None,
        };
        fields::check(unit, None, &mut kpi).await?;
        edit::insert(unit, Self::OPERATION, kpi).await
    }
}
