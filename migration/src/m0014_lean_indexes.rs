//! Fewer index entries for each change of a task: every one is written again whenever its row changes.

use crate::schema::{Addition, TablesOf, tables_of};

const OPEN: &str = "status IN ('pending', 'in_progress', 'waiting')";

pub(crate) fn migration() -> TablesOf {
    tables_of("m0014_lean_indexes", &[], Vec::new).adding(|| vec![tasks(), task_attempts(), events()])
}

/// Most tasks stand on their own, and the running ones of an agent are found by agent and status.
fn tasks() -> Addition {
    Addition::to("tasks")
        .child_list_of_those_with("workflow_execution_id")
        .without_index_where("open", &["workflow_execution_id"], OPEN)
        .index_where(
            "open_of_execution",
            &["workflow_execution_id"],
            "workflow_execution_id IS NOT NULL AND status IN ('pending', 'in_progress', 'waiting')",
        )
        .without_index_where("running", &["assigned_agent_id"], "status = 'in_progress'")
}

/// An attempt is written when it is over: the list of an agent's attempts is in that order already.
fn task_attempts() -> Addition {
    Addition::to("task_attempts").without_index(&["agent_id", "ended_at"])
}

/// The order of the log is its key.
fn events() -> Addition {
    Addition::to("events").key(&["position"], &["transaction_number", "position"])
}
