//! Approvals: decisions that tasks wait for.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Task;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Status of an approval.
    ApprovalStatus {
        /// Waiting for a decision.
        Pending,
        /// Approved without changes.
        Approved,
        /// Approved with changes to the task's input.
        Edited,
        /// Rejected: the task fails.
        Rejected,
        /// The deadline passed without a decision.
        Expired,
        /// The task ended before a decision was made.
        Cancelled,
    }
    /// What happens to the task if no decision is made by the deadline.
    ApprovalDeadline {
        /// The task fails.
        Fail,
        /// The task continues without a decision. Only operators and administrators can request it.
        Resume,
        /// The task is cancelled.
        Cancel,
        /// The approval goes to the next active agent above the approver, with a new deadline as far away as the first
        /// one was. If there is none, people decide, without a deadline.
        Escalate,
    }
}

resource! {
    /// A request for a decision that a task waits for.
    Approval: approvals, key [id], by [created_at desc];
    one approval;
    list approvals;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The task that waits for the decision.
        task_id: Id,
        /// What is to be decided, in one line.
        subject: String,
        /// GraphQL type of the object it is about; null if none.
        subject_type: Option<String>,
        /// Id of the object it is about; null if none.
        subject_id: Option<Id>,
        /// Amount of money concerned; null if none.
        amount: Option<Decimal>,
        /// ISO 4217 currency code of the amount.
        currency: String,
        /// Background for the decision, as a JSON object.
        context: Json,
        /// Who requested it: the principal's name, as in the audit log.
        requested_by: String,
        /// The agent that requested it; null if not requested by an agent.
        requesting_agent_id: Option<Id>,
        /// The agent that has to decide; null if people decide.
        approver_agent_id: Option<Id>,
        /// Current status.
        status: ApprovalStatus,
        /// Deadline for the decision; null for none.
        deadline_at: Option<DateTime<Utc>>,
        /// What happens to the task if no decision is made by the deadline.
        on_deadline: ApprovalDeadline,
        /// When it last went to another approver because nobody had decided it; null if it never did.
        escalated_at: Option<DateTime<Utc>>,
        /// When it was decided, or ended without a decision; null before that.
        decided_at: Option<DateTime<Utc>>,
        /// Who decided: the principal's name, as in the audit log; null if nobody did.
        decided_by: Option<String>,
        /// Comment on the decision; null if none.
        comment: Option<String>,
        /// Changes to the task's input, as a JSON object; null unless it was approved with changes.
        patch: Option<Json>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By deadline.
        deadline_at,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {
        /// The task that waits for the decision.
        task: Task by task_id,
    }
    to_one_or_none {
        /// The agent that requested it; null if not requested by an agent.
        requesting_agent: Agent by requesting_agent_id,
        /// The agent that has to decide; null if people decide.
        approver_agent: Agent by approver_agent_id,
    }
    to_many {}
}
