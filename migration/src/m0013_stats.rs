//! What figures of the work are found by.

use crate::schema::{Addition, TablesOf, tables_of};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0013_stats", &[], Vec::new).adding(|| vec![task_attempts()])
}

fn task_attempts() -> Addition {
    Addition::to("task_attempts").index(&["agent_id", "ended_at"])
}
