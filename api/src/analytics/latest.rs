//! The latest value of a KPI.

use std::collections::HashMap;

use async_graphql::{Context, Enum, SimpleObject};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{
    Result,
    analytics::{
        latest::{self, Latest, Status},
        trend::{self, compare},
    },
    database::Sql,
};
use uuid::Uuid;

use super::KpiMetric;
use crate::read::{
    load::{Aggregate, aggregate},
    scalars::Id,
};

/// Direction of a value, compared with the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "trend::Trend")]
pub enum Trend {
    /// It is larger.
    Up,
    /// It is smaller.
    Down,
    /// It differs by at most half a percent of the one before.
    Stable,
}

/// Whether a KPI reaches its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum KpiStatus {
    /// The value reaches the target. For costs, refunds, returns, stock-outs and errors: it is not above it.
    OnTarget,
    /// It does not.
    OffTarget,
}

/// The latest measured value of a KPI, compared with the one before.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct KpiLatest {
    /// Measured value, in the KPI's unit.
    value: Decimal,
    /// Value of the period directly before; null if that was not measured.
    previous: Option<Decimal>,
    /// `value` minus `previous`.
    delta: Option<Decimal>,
    /// `delta` in percent of `previous`; null also if that is 0.
    delta_percentage: Option<Decimal>,
    /// Direction; null without a previous value.
    trend: Option<Trend>,
    /// Whether it reaches the target; null without a target.
    status: Option<KpiStatus>,
}

/// The latest value of a KPI, of a period.
pub(super) async fn latest(
    ctx: &Context<'_>,
    kpi: Id,
    metric: KpiMetric,
    target: Option<Decimal>,
) -> Result<Option<KpiLatest>> {
    let Some(Latest { value, previous, .. }) = aggregate(ctx, Measured, kpi.0).await? else { return Ok(None) };
    let comparison = compare(Some(value), previous);
    Ok(Some(KpiLatest {
        value,
        previous,
        delta: comparison.delta,
        delta_percentage: comparison.delta_percentage,
        trend: comparison.trend.map(Trend::from),
        status: target.map(|target| latest::status(metric.into(), value, target).into()),
    }))
}

/// What was measured last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Measured;

impl Aggregate for Measured {
    type Value = Option<Latest>;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        latest::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Option<Latest>>> {
        latest::read(rows)
    }
}
