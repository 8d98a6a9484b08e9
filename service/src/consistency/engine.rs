//! The rules of the work engine: what makes sure that no task is left hanging.

use super::Rule;

/// What may still change by itself.
macro_rules! open {
    ($task:literal) => {
        concat!($task, ".status IN ('pending', 'in_progress', 'waiting')")
    };
}

/// The rules of the engine.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "task_leases",
        "A task in progress is held by somebody, for a time; no other task is.",
        "SELECT id, CAST(status AS TEXT) AS found, 'a lease while it is in progress' AS expected FROM tasks
         WHERE (status = 'in_progress') <> (lease_token IS NOT NULL AND lease_expires_at IS NOT NULL)",
    ),
    Rule::new(
        "task_dependencies",
        "A pending task waits for as many tasks as it depends on that have not ended.",
        concat!(
            "SELECT t.id, CAST(t.open_dependencies AS TEXT) AS found, CAST(COALESCE(d.number, 0) AS TEXT) AS expected
             FROM tasks t LEFT JOIN (
               SELECT d.task_id, COUNT(*) AS number FROM task_dependencies d JOIN tasks b ON b.id = d.depends_on_id
               WHERE ",
            open!("b"),
            " GROUP BY d.task_id) d ON d.task_id = t.id
             WHERE t.status = 'pending' AND t.open_dependencies <> COALESCE(d.number, 0)"
        ),
    ),
    Rule::new(
        "task_wakes",
        "Every task that has not ended is woken by something: a worker who can claim it, its lease, a timer, a task that
         it depends on, a part of it, or a decision.",
        concat!(
            "SELECT t.id, CAST(t.status AS TEXT) AS found, 'something that wakes it' AS expected
             FROM tasks t JOIN agents a ON a.id = t.assigned_agent_id
             WHERE ",
            open!("t"),
            " AND NOT CASE t.status
               WHEN 'pending' THEN t.open_dependencies > 0 OR a.is_active
               WHEN 'in_progress' THEN t.lease_expires_at IS NOT NULL
               ELSE t.waits_until IS NOT NULL
                 OR EXISTS (SELECT 1 FROM approvals p WHERE p.task_id = t.id AND p.status = 'pending')
                 OR EXISTS (SELECT 1 FROM tasks c WHERE c.parent_task_id = t.id AND ",
            open!("c"),
            ") END"
        ),
    ),
    Rule::new(
        "task_parts",
        "What a task was divided into ends with it, when it fails, is skipped or cancelled: at once, or asked to stop.",
        concat!(
            "SELECT t.id, CAST(t.status AS TEXT) AS found, 'cancelled, or asked to stop' AS expected
             FROM tasks t JOIN tasks p ON p.id = t.parent_task_id
             WHERE p.status IN ('failed', 'skipped', 'cancelled') AND t.cancel_requested_at IS NULL AND ",
            open!("t")
        ),
    ),
    Rule::new(
        "task_approvals",
        "Only a task that waits for it has an approval to be decided.",
        "SELECT t.id, CAST(t.status AS TEXT) AS found, 'waiting' AS expected
         FROM tasks t JOIN approvals p ON p.task_id = t.id
         WHERE p.status = 'pending' AND (t.status <> 'waiting' OR t.waiting_for IS DISTINCT FROM 'approval')",
    ),
    Rule::new(
        "agent_limits",
        "An agent works on no more tasks at once than it may.",
        "SELECT a.id, CAST(COUNT(*) AS TEXT) AS found, MAX(a.max_concurrent_tasks) || ' at most' AS expected
         FROM agents a JOIN tasks t ON t.assigned_agent_id = a.id
         WHERE t.status = 'in_progress' AND a.max_concurrent_tasks IS NOT NULL
         GROUP BY a.id HAVING COUNT(*) > MAX(a.max_concurrent_tasks)",
    ),
    Rule::new(
        "execution_ends",
        "An execution that has not ended has a task that has not, or none at all.",
        concat!(
            "SELECT e.id, CAST(e.status AS TEXT) AS found, 'an end, as all its tasks have' AS expected
             FROM workflow_executions e
             WHERE e.status IN ('pending', 'running', 'paused')
               AND EXISTS (SELECT 1 FROM tasks t WHERE t.workflow_execution_id = e.id)
               AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.workflow_execution_id = e.id AND ",
            open!("t"),
            ")"
        ),
    ),
];
