//! Reports of a period, generated from what was measured: each kind has content of its own.
//!
//! - `content`: figures beside those of the period before. `campaigns`: what each campaign brought. `targets`: which
//!   KPIs reach their targets.

mod campaigns;
mod content;
mod targets;

use chrono::{DateTime, Utc};
use entity::{
    reports,
    sea_orm_active_enums::{
        EventAggregate, KpiFrequency,
        KpiMetric::{self, *},
    },
};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::period::{self, Window};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    events::{Event, EventKind},
    settings,
    system::reports::recipients,
};

/// The kinds of reports that the server generates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// All figures of a month, and which KPIs reach their targets.
    ExecutiveSummary,
    /// The sales and the work of a day.
    Daily,
    /// The sales, customers and work of a week.
    Weekly,
    /// The money of a month.
    Monthly,
    /// What each campaign brought in a month.
    CampaignAnalysis,
}

impl Kind {
    /// Its name in the table, and its title.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::ExecutiveSummary => ("executive_summary", "Executive summary"),
            Self::Daily => ("daily", "Daily report"),
            Self::Weekly => ("weekly", "Weekly report"),
            Self::Monthly => ("monthly", "Monthly report"),
            Self::CampaignAnalysis => ("campaign_analysis", "Campaign analysis"),
        }
    }

    /// How long its period is.
    const fn frequency(self) -> KpiFrequency {
        match self {
            Self::Daily => KpiFrequency::Daily,
            Self::Weekly => KpiFrequency::Weekly,
            Self::ExecutiveSummary | Self::Monthly | Self::CampaignAnalysis => KpiFrequency::Monthly,
        }
    }

    /// Its figures.
    const fn metrics(self) -> &'static [KpiMetric] {
        match self {
            Self::ExecutiveSummary => &[
                Revenue,
                RefundTotal,
                RevenueGrowth,
                OrderCount,
                AverageOrderValue,
                GrossMargin,
                ConversionRate,
                CustomerCount,
                NewCustomers,
                RepeatCustomerRate,
                LifetimeValue,
                AcquisitionCost,
                Satisfaction,
                ReturnRate,
                RefundRate,
                InventoryValue,
                StockoutCount,
                EmailSubscribers,
                CampaignClickRate,
                ReturnOnAdSpend,
                ReturnOnInvestment,
                BudgetUtilisation,
                TasksCompleted,
                TaskSuccessRate,
                ExecutionErrorRate,
            ],
            Self::Daily => &[
                Revenue,
                RefundTotal,
                OrderCount,
                AverageOrderValue,
                NewCustomers,
                StockoutCount,
                TasksCompleted,
                TaskSuccessRate,
                ExecutionErrorRate,
            ],
            Self::Weekly => &[
                Revenue,
                RefundTotal,
                RevenueGrowth,
                OrderCount,
                AverageOrderValue,
                NewCustomers,
                Satisfaction,
                ReturnRate,
                StockoutCount,
                TasksCompleted,
                TaskSuccessRate,
                ExecutionErrorRate,
            ],
            Self::Monthly => &[
                Revenue,
                RefundTotal,
                RefundRate,
                RevenueGrowth,
                GrossMargin,
                AverageOrderValue,
                AcquisitionCost,
                LifetimeValue,
                BudgetUtilisation,
                InventoryValue,
            ],
            Self::CampaignAnalysis => {
                &[CampaignClickRate, AcquisitionCost, ReturnOnAdSpend, ReturnOnInvestment, EmailSubscribers]
            }
        }
    }
}

/// Generates a report of a period.
#[derive(Clone, Debug, Serialize)]
pub struct Generate {
    /// Of which kind.
    pub r#type: Kind,
    /// A moment of the period. Default: the last that is over.
    pub period: Option<DateTime<Utc>>,
    /// The agents it is for.
    pub recipient_agent_ids: Vec<Uuid>,
}

impl Verb for Generate {
    /// The report.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::GenerateReport;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        period::check_moment(self.period)?;
        let readers = recipients(unit, &self.recipient_agent_ids).await?;
        let settings = settings::load(unit).await?;
        let (now, frequency) = (unit.now(), self.r#type.frequency());
        let span = period::wanted(&settings, frequency, self.period, now);
        if span.start > now {
            return Err(check::invalid("period", "the period has not begun").into());
        }
        let before = Window::new(&settings, frequency, span.before(frequency, settings.time_zone), now);
        let window = Window::new(&settings, frequency, span, now);
        let content = self.content(unit, &window, &before).await?;
        let (kind, title) = self.r#type.names();
        let report = reports::Model {
            id: Uuid::now_v7(),
            name: format!("{title}, {}", content::days(&window)),
            r#type: kind.to_owned(),
            created_by_agent_id: unit.principal().agent,
            recipient_agents: json!(readers),
            content,
            generated_at: now.into(),
            sent_at: None,
            version: 1,
            created_at: now.into(),
            updated_at: now.into(),
        };
        unit.emit(generated(&report));
        edit::insert(unit, Self::OPERATION, report).await
    }
}

impl Generate {
    async fn content(&self, unit: &UnitOfWork, window: &Window, before: &Window) -> Result<Json> {
        let mut content = content::figures(unit, self.r#type.metrics(), window, before).await?;
        match self.r#type {
            Kind::ExecutiveSummary => {
                content.insert("targets".to_owned(), targets::list(unit).await?);
            }
            Kind::CampaignAnalysis => {
                content.insert("campaigns".to_owned(), campaigns::list(unit, window).await?);
            }
            Kind::Daily | Kind::Weekly | Kind::Monthly => {}
        }
        Ok(Json::Object(content))
    }
}

fn generated(report: &reports::Model) -> Event {
    Event {
        kind: EventKind::ReportGenerated,
        aggregate_type: EventAggregate::System,
        aggregate_id: report.id,
        aggregate_version: 1,
        agent_id: report.created_by_agent_id,
        execution_id: None,
        changes: Map::from_iter([("reportType".to_owned(), Json::from(report.r#type.as_str()))]),
    }
}
