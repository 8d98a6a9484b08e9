//! What the work engine needs: leases, attempts, dependencies, approvals, deadlines and schedules.

use crate::schema::{
    Addition, Enum,
    OnDelete::{Cascade, SetNull},
    Table, TablesOf, currency, decimal, enumeration, integer, object, optional_object, tables_of, text, timestamp,
    uuid, varchar,
};

const DEPENDENCY_FAILURE: Enum = Enum { name: "dependency_failure", values: &["fail", "skip", "run"] };
const ATTEMPT_OUTCOME: Enum = Enum {
    name: "attempt_outcome",
    values: &["completed", "failed", "timed_out", "lease_lost", "released", "waiting", "cancelled"],
};
const APPROVAL_STATUS: Enum =
    Enum { name: "approval_status", values: &["pending", "approved", "edited", "rejected", "expired", "cancelled"] };
const APPROVAL_DEADLINE: Enum = Enum { name: "approval_deadline", values: &["fail", "resume", "cancel"] };
const TASK_WAIT: Enum = Enum { name: "task_wait", values: &["approval", "children"] };

pub(crate) fn migration() -> TablesOf {
    let enums: &[_] = &[&DEPENDENCY_FAILURE, &ATTEMPT_OUTCOME, &APPROVAL_STATUS, &APPROVAL_DEADLINE, &TASK_WAIT];
    tables_of("m0010_work_engine", enums, || vec![task_dependencies(), task_attempts(), task_keys(), approvals()])
        .adding(|| vec![agents(), workflows(), tasks()])
}

fn task_dependencies() -> Table {
    Table::keyed("task_dependencies", &["task_id", "depends_on_id"])
        .column(uuid("task_id").references("tasks", Cascade))
        .column(uuid("depends_on_id").references("tasks", Cascade))
        .column(enumeration("on_failure", &DEPENDENCY_FAILURE))
        .created()
        .check("self", "task_id <> depends_on_id")
}

fn task_attempts() -> Table {
    Table::new("task_attempts")
        .column(uuid("task_id").references("tasks", Cascade))
        .column(integer("number"))
        .column(uuid("agent_id").null().references("agents", SetNull))
        .column(varchar("worker", 255).null())
        .column(timestamp("started_at"))
        .column(timestamp("ended_at"))
        .column(enumeration("outcome", &ATTEMPT_OUTCOME))
        .column(varchar("error_code", 100).null())
        .column(text("error_message").null())
        .created()
        .check("number", "number >= 1")
        .check("times", "ended_at >= started_at")
}

/// Who holds a unique key, and until when if not until the task ends.
fn task_keys() -> Table {
    Table::keyed("task_keys", &["key"])
        .column(varchar("key", 255))
        .column(uuid("task_id").references("tasks", Cascade))
        .column(timestamp("expires_at").null())
        .changing()
}

fn approvals() -> Table {
    Table::new("approvals")
        .column(uuid("task_id").references("tasks", Cascade))
        .column(varchar("subject", 255))
        .column(decimal("amount", 12, 2).null())
        .column(currency())
        .column(object("context"))
        .column(varchar("requested_by", 255))
        .column(uuid("requesting_agent_id").null().references("agents", SetNull))
        .column(uuid("approver_agent_id").null().references("agents", SetNull))
        .column(enumeration("status", &APPROVAL_STATUS))
        .column(timestamp("deadline_at").null())
        .column(enumeration("on_deadline", &APPROVAL_DEADLINE))
        .column(timestamp("decided_at").null())
        .column(varchar("decided_by", 255).null())
        .column(text("comment").null())
        .column(optional_object("patch"))
        .edited()
        .check("decided", "(status = 'pending') = (decided_at IS NULL)")
        .check("rejection", "status <> 'rejected' OR comment IS NOT NULL")
        .check("edit", "(status = 'edited') = (patch IS NOT NULL)")
        .unique_where("pending", &["task_id"], "status = 'pending'")
        .index_where("inbox", &["created_at", "id"], "status = 'pending'")
        .index_where("deadline", &["deadline_at"], "status = 'pending' AND deadline_at IS NOT NULL")
}

fn agents() -> Addition {
    Addition::to("agents").checked(integer("max_concurrent_tasks").null(), "max_concurrent_tasks > 0")
}

fn workflows() -> Addition {
    Addition::to("workflows").column(optional_object("definition")).column(timestamp("next_run_at").null()).index_where(
        "next_run",
        &["next_run_at"],
        "next_run_at IS NOT NULL",
    )
}

fn tasks() -> Addition {
    Addition::to("tasks")
        .checked(uuid("parent_task_id").null().references("tasks", Cascade), "parent_task_id <> id")
        .column(varchar("reference", 100).null())
        .column(timestamp("run_after").null())
        .checked(integer("open_dependencies").default("0"), "open_dependencies >= 0")
        .checked(integer("attempt").default("0"), "attempt >= 0")
        .checked(integer("max_attempts").default("3"), "max_attempts BETWEEN 1 AND 100")
        .checked(integer("backoff_seconds").default("10"), "backoff_seconds >= 0")
        .checked(integer("backoff_cap_seconds").default("3600"), "backoff_cap_seconds >= 0")
        .checked(uuid("lease_token").null(), "lease_token IS NULL OR status = 'in_progress'")
        .checked(timestamp("lease_expires_at").null(), "(lease_expires_at IS NULL) = (lease_token IS NULL)")
        .checked(integer("lease_seconds").null(), "lease_seconds > 0")
        .column(varchar("worker", 255).null())
        .column(timestamp("claimed_at").null())
        .checked(enumeration("waiting_for", &TASK_WAIT).null(), "waiting_for IS NULL OR status = 'waiting'")
        .column(timestamp("waits_until").null())
        .checked(integer("max_run_seconds").null(), "max_run_seconds > 0")
        .checked(integer("max_wait_seconds").null(), "max_wait_seconds > 0")
        .checked(decimal("progress_percentage", 5, 2).null(), "progress_percentage BETWEEN 0 AND 100")
        .column(text("progress_message").null())
        .column(varchar("error_code", 100).null())
        .column(text("error_message").null())
        .column(timestamp("cancel_requested_at").null())
        .column(timestamp("deadline_at").null())
        .column(timestamp("sla_breached_at").null())
        .column(varchar("unique_key", 255).null())
        .fill(|engine| {
            let deadline = engine.minutes_after("COALESCE(started_at, created_at)", "sla_minutes");
            vec![
                format!("UPDATE tasks SET deadline_at = {deadline}"),
                // Whoever works on them knows of no lease: it is given out again.
                "UPDATE tasks SET lease_token = id, lease_expires_at = updated_at WHERE status = 'in_progress'"
                    .to_owned(),
                // Nothing would tell them that what they wait for is there.
                "UPDATE tasks SET status = 'pending' WHERE status = 'waiting'".to_owned(),
            ]
        })
        .unique_where("reference", &["workflow_execution_id", "reference"], "reference IS NOT NULL")
        .index_where(
            "claimable",
            &["assigned_agent_id", "open_dependencies", "priority", "created_at", "id"],
            "status = 'pending'",
        )
        .index_where("running", &["assigned_agent_id"], "status = 'in_progress'")
        .index_where("lease", &["lease_expires_at"], "status = 'in_progress'")
        .index_where("cancel", &["cancel_requested_at"], "status = 'in_progress' AND cancel_requested_at IS NOT NULL")
        .index_where("wait", &["waits_until"], "status = 'waiting' AND waits_until IS NOT NULL")
        .index_where(
            "deadline",
            &["deadline_at"],
            "sla_breached_at IS NULL AND status IN ('pending', 'in_progress', 'waiting')",
        )
        .index_where("open", &["workflow_execution_id"], "status IN ('pending', 'in_progress', 'waiting')")
}
