//! What is old may be removed from the tables that are only added to.

use crate::schema::{Addition, TablesOf, tables_of};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0017_retention", &[], Vec::new).adding(|| vec![system_events(), audit_entries()])
}

/// The shortest times for which the settings let rows be kept are 30 and 400 days. The database refuses a day less, so
/// that it does not matter how exactly the clocks agree.
fn system_events() -> Addition {
    Addition::to("system_events")
        .index_where("minor", &["created_at"], "severity IN ('debug', 'info')")
        .removable_after("CASE WHEN OLD.severity IN ('debug', 'info') THEN 29 ELSE 399 END")
}

fn audit_entries() -> Addition {
    Addition::to("audit_entries").removable_after("399")
}
