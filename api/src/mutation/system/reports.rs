//! Reports.

use crate::mutation::prelude::*;

verbs! {
    /// Creates a report.
    create_report = perform(service::system::reports::Create) {
        /// Title. At most 255 characters.
        name: String,
        /// Kind of report, such as executive_summary, daily, weekly, monthly or campaign_analysis; any name is allowed.
        /// At most 50 characters.
        r#type: String,
        /// The agent that wrote it. Default with an agent's API key: that agent.
        created_by_agent_id: Option<Id>,
        /// The agents it is for, at most 250.
        recipient_agent_ids: Vec<Id> = Vec::new(),
        /// Content, as a JSON object. Default: empty.
        content: Option<Json>,
        /// When its figures were taken. Default: now.
        generated_at: Option<Moment>,
    } -> report: Report;

    /// Sends a report to its recipients, once.
    send_report = perform(service::system::reports::Send) on report -> report: Report;
}
