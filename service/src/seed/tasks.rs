//! What every made-up task has in the work engine's columns.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    approvals,
    sea_orm_active_enums::{ApprovalDeadline, ApprovalStatus, TaskStatus},
    tasks,
};
use serde_json::json;
use uuid::Uuid;

/// The lease of a task that is in progress.
pub(super) struct Lease {
    pub(super) token: Uuid,
    pub(super) until: DateTime<Utc>,
}

/// A task as the engine makes it, for the caller to say what it is about.
pub(super) fn made(
    id: Uuid,
    created: DateTime<Utc>,
    started: Option<DateTime<Utc>>,
    sla_minutes: i32,
    lease: Option<Lease>,
) -> tasks::Model {
    let deadline = started.unwrap_or(created) + TimeDelta::minutes(sla_minutes.into());
    tasks::Model {
        id,
        workflow_execution_id: None,
        assigned_agent_id: Uuid::nil(),
        task_type: String::new(),
        priority: 5,
        status: TaskStatus::Pending,
        input_data: json!({}),
        output_data: json!({}),
        started_at: None,
        completed_at: None,
        sla_minutes,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        parent_task_id: None,
        reference: None,
        run_after: None,
        open_dependencies: 0,
        attempt: 0,
        max_attempts: 3,
        backoff_seconds: 10,
        backoff_cap_seconds: 3600,
        lease_token: lease.as_ref().map(|lease| lease.token),
        lease_expires_at: lease.as_ref().map(|lease| lease.until.into()),
        lease_seconds: lease.as_ref().map(|_| 60),
        worker: None,
        claimed_at: lease.as_ref().and(started).map(Into::into),
        waiting_for: None,
        waits_until: None,
        max_run_seconds: None,
        max_wait_seconds: None,
        progress_percentage: None,
        progress_message: None,
        error_code: None,
        error_message: None,
        cancel_requested_at: None,
        deadline_at: Some(deadline.into()),
        sla_breached_at: None,
        unique_key: None,
    }
}

/// The approval that a task waits for.
pub(super) fn awaited(id: Uuid, task: &tasks::Model, subject: &str, at: DateTime<Utc>) -> approvals::Model {
    approvals::Model {
        id,
        task_id: task.id,
        subject: subject.to_owned(),
        amount: None,
        currency: "USD".to_owned(),
        context: task.input_data.clone(),
        requested_by: "seed".to_owned(),
        requesting_agent_id: Some(task.assigned_agent_id),
        approver_agent_id: None,
        status: ApprovalStatus::Pending,
        deadline_at: None,
        on_deadline: ApprovalDeadline::Fail,
        decided_at: None,
        decided_by: None,
        comment: None,
        patch: None,
        version: 1,
        created_at: at.into(),
        updated_at: at.into(),
        escalated_at: None,
        requesting_key_id: None,
        subject_type: None,
        subject_id: None,
    }
}
