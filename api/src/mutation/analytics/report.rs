//! Generating reports.

use crate::mutation::prelude::*;

input_enum! {
    /// Kind of a report that the server generates.
    ReportType => service::analytics::report::Kind {
        /// All figures of a month, and which KPIs reach their targets.
        ExecutiveSummary,
        /// Sales and work of a day.
        Daily,
        /// Sales, customers and work of a week, from Monday.
        Weekly,
        /// Money of a month.
        Monthly,
        /// Figures of the campaigns in a month, one by one.
        CampaignAnalysis,
    }
}

verbs! {
    /// Generates a report of a period from the data of the shop. Its `content` has the period (`from`, `until`,
    /// `isPartial`), the `currency` and `figures` by metric, each with `value`, `previous`, `delta`, `deltaPercentage`
    /// and `trend`; EXECUTIVE_SUMMARY also `targets`, CAMPAIGN_ANALYSIS also `campaigns`. Nothing is sent: see
    /// `sendReport`.
    generate_report = perform(service::analytics::report::Generate) {
        /// Kind of report.
        r#type: ReportType,
        /// Any time in the period, which begins at midnight in the time zone of the shop. Default: the last period that
        /// is over.
        period: Option<Moment>,
        /// The agents it is for, at most 250.
        recipient_agent_ids: Vec<Id> = Vec::new(),
    } -> report: Report;
}
