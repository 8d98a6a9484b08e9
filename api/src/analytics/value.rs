//! A metric as it is now.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::{Result, analytics::value};

use super::{KpiFrequency, KpiMetric};
use crate::{read::scalars::Moment, write};

/// A period, which begins at midnight in the time zone of the shop.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct KpiPeriod {
    /// Its length.
    frequency: KpiFrequency,
    /// Any time in it. Default: the last period that is over.
    at: Option<Moment>,
}

/// Value of a metric over a period.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct KpiValue {
    /// The value, with four decimals, amounts in the shop's currency; null if there is no data.
    value: Option<Decimal>,
    /// Start of the period, inclusive.
    from: DateTime<Utc>,
    /// End of the period, exclusive.
    until: DateTime<Utc>,
    /// Whether the period is not over yet.
    is_partial: bool,
}

/// The root field of metrics.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KpiQuery;

#[Object]
impl KpiQuery {
    /// Value of a metric over a period, computed now. Nothing is stored. The value of MANUAL is null.
    async fn kpi_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The metric.")] metric: KpiMetric,
        #[graphql(desc = "The period.")] period: KpiPeriod,
    ) -> Result<KpiValue> {
        let at = period.at.map(|at| at.0);
        let found = value::value(write::service(ctx)?, metric.into(), period.frequency.into(), at).await?;
        let value::Value { value, period, is_partial } = found;
        Ok(KpiValue { value, from: period.start, until: period.end, is_partial })
    }
}
