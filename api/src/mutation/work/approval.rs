//! Decisions that tasks wait for.

use crate::mutation::prelude::*;

input_enum! {
    /// How an approval is decided.
    ApprovalDecision => service::work::approval::Decision {
        /// The task goes on.
        Approve,
        /// The task fails. A comment is required.
        Reject,
        /// The task goes on with its input changed by `patch`.
        Edit,
    }
}

verbs! {
    /// Requests an approval for a claimed task. The lease ends, and the task waits until somebody decides.
    request_approval = perform(service::work::approval::Request) {
        ..lease,
        /// What is to be decided, in one line of at most 255 characters.
        subject: String,
        /// The type of the object that it is about, such as `Order`: once approved, `approvalId` permits one call on that
        /// object. Default: none.
        subject_type: Option<String>,
        /// The id of that object. Required with `subjectType`.
        subject_id: Option<Id>,
        /// The amount at stake. Above the configuration `approvals.personAbove`, only people can decide.
        amount: Option<Decimal>,
        /// Its currency (ISO 4217).
        currency: String = "USD".to_owned(),
        /// Background for the decision, as a JSON object. Default: empty.
        context: Option<Json>,
        /// An agent that may decide, besides people: not the requester nor one below it. Default: only people.
        approver_agent_id: Option<Id>,
        /// Deadline for the decision, at least 5 minutes away. Default: no deadline.
        deadline_at: Option<Moment>,
        /// What happens if nobody decides in time. `RESUME` is for operators and administrators.
        on_deadline: ApprovalDeadline = ApprovalDeadline::Fail,
    } -> requested {
        /// The approval.
        approval: Row<Approval> = requested.approval,
        /// The task that waits for it.
        task: Row<Task> = requested.task,
    }

    /// Decides an approval, once. Neither the requester nor an agent below it can decide it.
    decide_approval = perform(service::work::approval::Decide) {
        /// The approval.
        approval_id: Id,
        /// The decision.
        decision: ApprovalDecision,
        /// The change to the task's input, for `EDIT` only: a merge patch (RFC 7396).
        patch: Option<Json>,
        /// The reason. Required to reject.
        comment: Option<String>,
    } -> decided {
        /// The approval.
        approval: Row<Approval> = decided.approval,
        /// The task that waited for it.
        task: Row<Task> = decided.task,
    }
}
