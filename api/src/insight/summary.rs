//! The summary of a period.

use async_graphql::{Context, Object};
use service::{Result, insight::summary};

use super::{
    metric::{ExecutiveSummary, selected},
    period::{Comparison, PeriodInput, zone},
};
use crate::write;

/// The root field of summaries.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SummaryQuery;

#[Object]
impl SummaryQuery {
    /// Figures of a period, computed now: only those that are selected, by at most 8 statements.
    async fn executive_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "Period that it is compared with. Default: PREVIOUS.")] compare_to: Option<Comparison>,
        #[graphql(
            desc = "Time zone in which days begin, such as Europe/Berlin. Default: the configuration `shop.timeZone`."
        )]
        time_zone: Option<String>,
    ) -> Result<ExecutiveSummary> {
        let ask = summary::Ask {
            metrics: selected(ctx),
            alerts: ctx.look_ahead().field("alerts").exists(),
            period: period.into(),
            comparison: compare_to.unwrap_or_default().into(),
            zone: zone(time_zone)?,
        };
        summary::summary(write::service(ctx)?, &ask).await.map(ExecutiveSummary)
    }
}
