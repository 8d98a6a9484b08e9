//! A metric over periods that follow each other.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::{Result, insight::series};

use super::{
    metric::Metric,
    period::{PeriodInput, zone},
};
use crate::{read::Interval, write};

/// A metric over a part of a period.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct SeriesPoint {
    /// Start, inclusive.
    from: DateTime<Utc>,
    /// End, exclusive.
    until: DateTime<Utc>,
    /// The value; null if there is no data. A sum or a number of nothing is 0.
    value: Option<Decimal>,
    /// Whether it is not a whole one: the period begins or ends within it, or it is not over yet.
    is_partial: bool,
}

/// The root field of series.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SeriesQuery;

#[Object]
impl SeriesQuery {
    /// A metric over each part of a period, earliest first, at most 1,000. What has only days cannot be asked by HOUR.
    /// EMAIL_SUBSCRIBERS, INVENTORY_VALUE and STOCKOUTS have what KPIs measured last in each part.
    async fn series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The metric.")] metric: Metric,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "Length of the parts.")] interval: Interval,
        #[graphql(
            desc = "Time zone in which days begin, such as Europe/Berlin. Default: the configuration `shop.timeZone`."
        )]
        time_zone: Option<String>,
    ) -> Result<Vec<SeriesPoint>> {
        let zone = zone(time_zone)?;
        let found = series::series(write::service(ctx)?, metric.into(), period.into(), interval.into(), zone).await?;
        let point = |point: series::Point| SeriesPoint {
            from: point.period.start,
            until: point.period.end,
            value: point.value,
            is_partial: point.is_partial,
        };
        Ok(found.into_iter().map(point).collect())
    }
}
