//! Approvals: decisions that tasks wait for.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Task;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Where an approval stands.
    ApprovalStatus {
        /// It waits for a decision.
        Pending,
        /// It was granted.
        Approved,
        /// It was granted with changes.
        Edited,
        /// It was refused.
        Rejected,
        /// Its deadline passed before it was decided.
        Expired,
        /// Its task ended before it was decided.
        Cancelled,
    }
    /// What happens to the task when nobody decides in time.
    ApprovalDeadline {
        /// It fails.
        Fail,
        /// It goes on without a decision.
        Resume,
        /// It is cancelled.
        Cancel,
    }
}

resource! {
    /// A decision that a task waits for.
    Approval: approvals, key [id], by [created_at desc];
    one approval;
    list approvals;
    columns {
        /// Its key.
        id: Id,
        /// The task that waits for it.
        task_id: Id,
        /// What is to be decided, in one line.
        subject: String,
        /// The money it is about; null when it is not about money.
        amount: Option<Decimal>,
        /// The currency of the amount, ISO 4217.
        currency: String,
        /// What one should know to decide, an object.
        context: Json,
        /// Who asked, as a principal is called.
        requested_by: String,
        /// The agent who asked; null for somebody else.
        requesting_agent_id: Option<Id>,
        /// The agent who is to decide; null for people.
        approver_agent_id: Option<Id>,
        /// Where it stands.
        status: ApprovalStatus,
        /// By when it is to be decided; null for whenever.
        deadline_at: Option<DateTime<Utc>>,
        /// What happens to the task when nobody decides in time.
        on_deadline: ApprovalDeadline,
        /// When it was decided, or ended undecided; null before.
        decided_at: Option<DateTime<Utc>>,
        /// Who decided, as a principal is called; null while nobody did.
        decided_by: Option<String>,
        /// What was said about the decision.
        comment: Option<String>,
        /// What the decision changes of the task's input, an object; null unless it was granted with changes.
        patch: Option<Json>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By its deadline.
        deadline_at,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {
        /// The task that waits for it.
        task: Task by task_id,
    }
    to_one_or_none {
        /// The agent who asked; null for somebody else.
        requesting_agent: Agent by requesting_agent_id,
        /// The agent who is to decide; null for people.
        approver_agent: Agent by approver_agent_id,
    }
    to_many {}
}
