//! What a KPI can be.

use entity::{
    agents, kpis,
    sea_orm_active_enums::{KpiFrequency, KpiMetric},
};
use rust_decimal::Decimal;

use super::metric;
use crate::{
    Result, UnitOfWork,
    access::within,
    catalog::fields::{optional, required},
    edit::{self, check},
    refusal::{At, Code, Refusal},
};

/// The most characters of a unit.
const UNIT: usize = 50;
/// The most digits of a value behind the point.
const DIGITS: u32 = 4;

/// Waits until nobody else adds or renames a KPI: two calls do not take the same name.
pub(super) async fn hold_names(unit: &UnitOfWork) -> Result<()> {
    unit.lock_name("kpis").await
}

/// Refuses what no KPI can be, and takes blanks away.
pub(super) async fn check(unit: &UnitOfWork, before: Option<&kpis::Model>, kpi: &mut kpis::Model) -> Result<()> {
    kpi.name = required("name", &kpi.name, check::NAME)?;
    kpi.category = required("category", &kpi.category, check::KIND)?;
    kpi.unit = optional("unit", kpi.unit.as_deref(), UNIT)?;
    if let Some(target) = kpi.target_value {
        check_value("target", target)?;
    }
    metric::formula(kpi.metric).clone_into(&mut kpi.formula);
    check_frequency(kpi.metric, kpi.frequency)?;
    check_name(unit, kpi).await?;
    let owner = kpi.owner_agent_id.filter(|id| before.and_then(|before| before.owner_agent_id) != Some(*id));
    if let Some(owner) = owner {
        edit::hold::<agents::Model>(unit, owner).await.at(["ownerAgentId"])?;
    }
    within(unit, owner).await.at(["ownerAgentId"])
}

/// Refuses a value that a measurement cannot hold.
pub(super) fn check_value(field: &str, value: Decimal) -> Result<(), Refusal> {
    match value.normalize().scale() <= DIGITS && metric::is_storable(value) {
        true => Ok(()),
        false => {
            let message = format!("`{field}` must have at most 8 digits before and {DIGITS} after the point");
            Err(check::invalid(field, message))
        }
    }
}

fn check_frequency(metric: KpiMetric, frequency: KpiFrequency) -> Result<(), Refusal> {
    match frequency == KpiFrequency::Hourly && !metric::has_hours(metric) {
        true => {
            let message = "the metric is measured over whole days: choose another frequency than HOURLY";
            Err(check::invalid("frequency", message))
        }
        false => Ok(()),
    }
}

/// Refuses a name that another KPI has.
async fn check_name(unit: &UnitOfWork, kpi: &kpis::Model) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM kpis WHERE name = ").bind(kpi.name.as_str()).push(" AND id <> ").bind(kpi.id);
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("there is already a KPI named {:?}", kpi.name);
            Err(Refusal::new(Code::AlreadyExists, message).at(["name"]).into())
        }
    }
}
