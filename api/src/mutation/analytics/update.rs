//! Changing a KPI.

use crate::{
    analytics::{Kpi, KpiFrequency, KpiMetric},
    mutation::prelude::*,
};

verbs! {
    /// Updates a KPI. Fields that are left out stay as they are. Its measurements stay. Periods in which it was not in
    /// use, or its metric was MANUAL, are not measured later.
    update_kpi = perform(service::analytics::update::Update) on KPI {
        /// Name; no other KPI can have it. At most 255 characters.
        name: Option<String>,
        /// Subject; any name. At most 100 characters.
        category: Option<String>,
        /// The computation of its values. How it is computed is shown as `formula`.
        metric: Option<KpiMetric>,
        /// Unit of its values, for display. At most 50 characters. Null removes it.
        unit: MaybeUndefined<String>,
        /// Target value, with at most 8 digits before and 4 after the point. Null removes it.
        target: MaybeUndefined<Decimal>,
        /// How often it is measured. HOURLY is refused for metrics of the books, of budgets and of product metrics,
        /// which are dated by day.
        frequency: Option<KpiFrequency>,
        /// The agent responsible for it. Null removes it.
        owner_agent_id: MaybeUndefined<Id>,
        /// Whether the KPI is in use. One that is not is not measured.
        is_active: Option<bool>,
    } -> kpi: Kpi;
}
