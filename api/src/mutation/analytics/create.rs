//! Creating a KPI.

use crate::{
    analytics::{Kpi, KpiFrequency, KpiMetric},
    mutation::prelude::*,
};

verbs! {
    /// Creates a KPI. The server measures it at the end of each period, unless its metric is MANUAL.
    create_kpi = perform(service::analytics::create::Create) {
        /// Name; no other KPI can have it. At most 255 characters.
        name: String,
        /// Subject; any name. At most 100 characters.
        category: String,
        /// The computation of its values. How it is computed is shown as `formula`.
        metric: KpiMetric,
        /// Unit of its values, for display. At most 50 characters.
        unit: Option<String>,
        /// Target value, with at most 8 digits before and 4 after the point.
        target: Option<Decimal>,
        /// How often it is measured. HOURLY is refused for metrics of the books, of budgets and of product metrics,
        /// which are dated by day.
        frequency: KpiFrequency,
        /// The agent responsible for it. Default with an agent's API key: that agent.
        owner_agent_id: Option<Id>,
        /// Whether the KPI is in use. One that is not is not measured.
        is_active: bool = true,
    } -> kpi: Kpi;
}
