//! A great many plain rows for load tests.
//!
//! Every row is a function of the seed, its table and its number, ids and times included; so rows refer to each other
//! without being kept, and what must add up is added up in [`totals`] before anything is written.

mod agents;
mod analytics;
mod catalog;
mod consents;
mod customers;
mod finance;
mod load_data;
mod marketing;
mod orders;
mod parcels;
mod payments;
mod pricing;
mod sale;
mod system;
mod totals;
mod work;

use chrono::{DateTime, Utc};
use entity::{agents as stored_agents, configurations, sea_orm_active_enums::AgentType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{Summary, is_taken, rows::Rows};
use crate::{Error, Result, database::Database};
use load_data::LoadData;
use totals::Totals;

/// Units to a transaction: short enough that other writers wait for a moment only.
const CHUNK: u64 = 1_000;

/// How much to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Multiplies every count; at 1 about 200,000 tasks and 50,000 orders, some 1,400,000 rows in all.
    pub factor: f64,
    /// Other seeds give other rows with other names.
    pub seed: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self { factor: 1.0, seed: 1 }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The table that is written to now, the first of its group.
    pub table: &'static str,
    /// Rows written so far, of all tables.
    pub done: u64,
    /// Rows expected, of all tables: an estimate until the end.
    pub total: u64,
}

/// Rows that are made together: an order with its lines and payments, a product with its variants and stock.
struct Step {
    table: &'static str,
    units: u64,
    /// Rows to a unit, in tenths, about.
    rows: u64,
    make: fn(&LoadData, &Totals, u64, &mut Rows),
}

pub(super) async fn fill(
    db: &Database,
    plan: &Plan,
    now: DateTime<Utc>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Summary> {
    if !(plan.factor > 0.0 && plan.factor <= 1_000.0) {
        return Err(Error::invalid("the factor must be above 0 and at most 1000"));
    }
    let data = LoadData::new(plan, now, orchestrator(db).await?);
    refuse_second(db, &data).await?;
    let totals = Totals::of(&data);
    let steps = steps(&data);
    let total = steps.iter().map(|step| (step.units * step.rows).div_ceil(10)).sum();
    let mut summary = Summary::default();
    for step in &steps {
        let mut next = 0;
        while next < step.units {
            progress(Progress { table: step.table, done: summary.total(), total });
            let end = step.units.min(next + CHUNK);
            let mut rows = Rows::default();
            (next..end).for_each(|number| (step.make)(&data, &totals, number, &mut rows));
            let txn = db.begin().await?;
            // Another process may have come first with the same seed.
            let written = rows.write(&*txn, &mut summary).await;
            written.map_err(|error| if is_taken(&error) { used(&data) } else { error })?;
            txn.commit().await?;
            next = end;
        }
    }
    // The planner has no statistics of the new rows.
    db.writer().execute_unprepared("ANALYZE").await?;
    summary.rows.retain(|(_, rows)| *rows > 0);
    progress(Progress { table: "", done: summary.total(), total: summary.total() });
    Ok(summary)
}

/// Rows refer to rows of earlier steps.
fn steps(data: &LoadData) -> Vec<Step> {
    let step = |table, rows, make| Step { table, units: data.count(table), rows, make };
    vec![
        // First of all: it says that the seed was used.
        step("configurations", 10, system::configuration),
        step("agents", 60, agents::agent),
        step("goals", 10, work::goal),
        step("workflows", 10, work::workflow),
        step("workflow_executions", 50, work::execution),
        step("products", 490, catalog::product),
        step("discounts", 60, pricing::rules),
        step("customer_segments", 10, customers::segment),
        step("customers", 20, customers::customer),
        step("customer_interactions", 10, customers::interaction),
        step("campaigns", 10, marketing::campaign),
        step("campaign_recipients", 10, marketing::recipient),
        step("touchpoints", 10, customers::touchpoint),
        step("content", 10, marketing::content),
        step("email_lists", 10, marketing::list),
        step("email_subscribers", 20, marketing::subscriber),
        step("orders", 138, orders::order),
        step("transactions", 10, finance::expense),
        step("budgets", 30, finance::budget),
        step("kpis", 10, analytics::kpi),
        step("kpi_measurements", 10, analytics::measurement),
        step("reports", 10, analytics::report),
        step("system_events", 10, system::event),
    ]
}

/// There is one at most; the agents of the run stand under it.
async fn orchestrator(db: &Database) -> Result<Option<uuid::Uuid>> {
    let found = stored_agents::Entity::find()
        .filter(stored_agents::Column::Type.eq(AgentType::Orchestrator))
        .filter(stored_agents::Column::IsActive.eq(true))
        .one(db.reader())
        .await?;
    Ok(found.map(|agent| agent.id))
}

async fn refuse_second(db: &Database, data: &LoadData) -> Result<()> {
    let key = configurations::Column::Key.eq(data.key());
    match configurations::Entity::find().filter(key).one(db.reader()).await? {
        Some(_) => Err(used(data)),
        None => Ok(()),
    }
}

fn used(data: &LoadData) -> Error {
    Error::invalid(format!("rows of seed {} are there already: choose another", data.seed()))
}
