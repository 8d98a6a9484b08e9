//! The root fields of reports.

use async_graphql::{Context, Object};
use service::{
    Result,
    insight::{
        agents, anomalies, budgets, campaigns, cohorts, deadlines, funnel,
        period::{Over, Wanted},
        products, stock,
    },
};

use super::{
    agent::{AgentScorecard, ScorecardOrder},
    anomaly::MetricDay,
    budget::BudgetUse,
    campaign::CampaignPerformance,
    cohort::CustomerCohort,
    deadline::SlaReport,
    funnel::SalesFunnel,
    metric::Metric,
    page::{Ask, Page},
    period::{PeriodInput, zone},
    product::ProductPerformance,
    stock::{StockCondition, VariantStock},
};
use crate::{
    finance::AttributionModel,
    read::{
        optional::{Number, Optional},
        scalars::Date,
    },
    write,
};

/// The root fields of reports.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReportQuery;

fn over(period: PeriodInput, time_zone: Option<String>) -> Result<Over> {
    Ok(Over { period: Wanted::from(period), zone: zone(time_zone)? })
}

#[Object]
impl ReportQuery {
    /// From views of products to purchases and further orders.
    async fn sales_funnel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "Time zone in which days begin. Default: the configuration `shop.timeZone`.")]
        time_zone: Option<String>,
    ) -> Result<SalesFunnel> {
        funnel::funnel(write::service(ctx)?, over(period, time_zone)?).await.map(SalesFunnel::from)
    }

    /// Customers by the month of their first order, and how many of them order again.
    async fn customer_cohorts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A day of the first month.")] from: Date,
        #[graphql(desc = "Number of months, 1 to 36.", default)] months: Optional<i32, Number<12>>,
        #[graphql(desc = "Time zone in which months begin. Default: the configuration `shop.timeZone`.")]
        time_zone: Option<String>,
    ) -> Result<Vec<CustomerCohort>> {
        let found = cohorts::cohorts(write::service(ctx)?, from.0, months.value, zone(time_zone)?).await?;
        Ok(found.into_iter().map(CustomerCohort::from).collect())
    }

    /// What each product brought in a period: those with something to report, most `net` first.
    async fn product_performance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "Time zone in which days begin. Default: the configuration `shop.timeZone`.")]
        time_zone: Option<String>,
        #[graphql(desc = "Page size, at most 250. Default 50.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
    ) -> Result<Page<ProductPerformance>> {
        let over = over(period, time_zone)?;
        let ask = Ask::new(&("products", over), first, after)?;
        let found = products::products(write::service(ctx)?, over, ask.page).await?;
        Ok(ask.answer(found, ProductPerformance::new))
    }

    /// Stock of each variant now, and how long it lasts: what is sold out first, most sold first, then what lasts the
    /// shortest time; what sells nothing last. Untracked variants are left out.
    async fn inventory_health(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only variants with this condition.")] condition: Option<StockCondition>,
        #[graphql(desc = "Page size, at most 250. Default 50.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
    ) -> Result<Page<VariantStock>> {
        let ask = Ask::new(&("stock", condition), first, after)?;
        let found = stock::stock(write::service(ctx)?, condition.map(Into::into), ask.page).await?;
        Ok(ask.answer(found, VariantStock::new))
    }

    #[expect(clippy::too_many_arguments, reason = "the arguments of a field")]
    /// How each agent worked in a period, and what it brought: active agents, and others with something to report.
    async fn agent_scorecards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "Time zone in which days begin. Default: the configuration `shop.timeZone`.")]
        time_zone: Option<String>,
        #[graphql(desc = "How revenue is credited. Default: LAST_TOUCH.")] model: Option<AttributionModel>,
        #[graphql(desc = "Order, the most first. Default: SCORE.")] order_by: Option<ScorecardOrder>,
        #[graphql(desc = "Page size, at most 250. Default 50.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
    ) -> Result<Page<AgentScorecard>> {
        let over = over(period, time_zone)?;
        let (model, order) = (model.unwrap_or(AttributionModel::LastTouch), order_by.unwrap_or_default());
        let ask = Ask::new(&("agents", over, model, order), first, after)?;
        let found = agents::scorecards(write::service(ctx)?, over, model.into(), order.into(), ask.page).await?;
        Ok(ask.answer(found, AgentScorecard::new))
    }

    /// What each campaign brought in a period: those with something to report, most revenue first.
    async fn campaign_performance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "Time zone in which days begin. Default: the configuration `shop.timeZone`.")]
        time_zone: Option<String>,
        #[graphql(desc = "How revenue is credited. Default: LAST_TOUCH.")] model: Option<AttributionModel>,
        #[graphql(desc = "Page size, at most 250. Default 50.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
    ) -> Result<Page<CampaignPerformance>> {
        let over = over(period, time_zone)?;
        let model = model.unwrap_or(AttributionModel::LastTouch);
        let ask = Ask::new(&("campaigns", over, model), first, after)?;
        let found = campaigns::campaigns(write::service(ctx)?, over, model.into(), ask.page).await?;
        Ok(ask.answer(found, |id, campaign| CampaignPerformance::new(id, &campaign)))
    }

    /// How much of each budget of a month is spent, by category, at most 250.
    async fn budget_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A day of the month.")] month: Date,
    ) -> Result<Vec<BudgetUse>> {
        let found = budgets::budgets(write::service(ctx)?, month.0).await?;
        Ok(found.into_iter().map(BudgetUse::from).collect())
    }

    /// How deadlines of tasks were kept in a period, and which are in danger now.
    async fn sla_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "Time zone in which days begin. Default: the configuration `shop.timeZone`.")]
        time_zone: Option<String>,
    ) -> Result<SlaReport> {
        deadlines::deadlines(write::service(ctx)?, over(period, time_zone)?).await.map(SlaReport::from)
    }

    /// Days of a metric beside the same day of the eight weeks before: those that are over, earliest first.
    async fn anomalies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The metric.")] metric: Metric,
        #[graphql(desc = "Number of days before today, 1 to 366.", default)] days: Optional<i32, Number<28>>,
        #[graphql(desc = "Time zone in which days begin. Default: the configuration `shop.timeZone`.")]
        time_zone: Option<String>,
    ) -> Result<Vec<MetricDay>> {
        let found = anomalies::anomalies(write::service(ctx)?, metric.into(), days.value, zone(time_zone)?).await?;
        Ok(found.into_iter().map(MetricDay::from).collect())
    }
}
