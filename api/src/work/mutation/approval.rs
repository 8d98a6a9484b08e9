//! Decisions that tasks wait for.

use async_graphql::{Context, Enum, InputObject, Object};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use service::{
    Result,
    refusal::Refusal,
    work::{
        approval::{Decide, Decision, Request, Touched},
        lease::Held,
    },
};

use crate::{
    payload,
    read::{
        load,
        optional::Optional,
        row::Row,
        scalars::{Id, Moment},
    },
    work::{Approval, ApprovalDeadline, Task},
    write::{self, input::object},
};

crate::fallbacks! {
    /// United States dollars.
    Dollars: String = "USD".to_owned();
    /// The task fails.
    FailThen: ApprovalDeadline = ApprovalDeadline::Fail;
}

/// A decision to ask for.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RequestApprovalInput {
    /// The task that cannot go on without it.
    task_id: Id,
    /// The token that the claim gave; the lease ends with this call.
    token: Id,
    /// What is to be decided, in a line of at most 255 characters.
    subject: String,
    /// What it is worth.
    amount: Option<Decimal>,
    /// In which currency (ISO 4217).
    #[graphql(default)]
    currency: Optional<String, Dollars>,
    /// What a decision needs to know, an object; empty when it is left out.
    context: Option<Json>,
    /// The agent who may decide it beside people; only people when nothing is said.
    approver_agent_id: Option<Id>,
    /// Until when it can be decided; without an end when nothing is said.
    deadline_at: Option<Moment>,
    /// What becomes of the task when nobody has decided by then.
    #[graphql(default)]
    on_deadline: Optional<ApprovalDeadline, FailThen>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// How an approval is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ApprovalDecision {
    /// The task goes on.
    Approve,
    /// The task fails; it needs a comment.
    Reject,
    /// The task goes on with its input changed by the patch.
    Edit,
}

/// A decision.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct DecideApprovalInput {
    /// What is decided.
    approval_id: Id,
    /// How.
    decision: ApprovalDecision,
    /// The change to the task's input, for `EDIT`: a merge patch (RFC 7396).
    patch: Option<Json>,
    /// Why.
    comment: Option<String>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `requestApproval` did.
    RequestApprovalPayload(Touched) {
        /// What is to be decided; null when it was refused.
        approval: Row<Approval> = |ctx, touched| load::row(ctx, touched.approval),
        /// The task that waits; null when it was refused.
        task: Row<Task> = |ctx, touched| load::row(ctx, touched.task),
    }
    /// What `decideApproval` did.
    DecideApprovalPayload(Touched) {
        /// What was decided; null when it was refused.
        approval: Row<Approval> = |ctx, touched| load::row(ctx, touched.approval),
        /// The task that waited; null when it was refused.
        task: Row<Task> = |ctx, touched| load::row(ctx, touched.task),
    }
}

/// Approvals.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Asks for a decision about a task in hand. The task waits without a lease until somebody decides.
    async fn request_approval(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be decided.")] input: RequestApprovalInput,
    ) -> Result<Option<RequestApprovalPayload>> {
        let verb = Request {
            held: Held { task: input.task_id.0, token: input.token.0 },
            subject: input.subject,
            amount: input.amount,
            currency: input.currency.value,
            context: object(input.context),
            approver: input.approver_agent_id.map(|id| id.0),
            deadline_at: input.deadline_at.map(|moment| moment.0),
            on_deadline: input.on_deadline.value.into(),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Decides an approval, once. Who asked for it cannot decide it.
    async fn decide_approval(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which approval, and how.")] input: DecideApprovalInput,
    ) -> Result<Option<DecideApprovalPayload>> {
        let decision = match (input.decision, input.patch) {
            (ApprovalDecision::Edit, Some(patch)) => Decision::Edit(patch),
            (ApprovalDecision::Edit, None) => {
                return write::refuse(Refusal::invalid("patch", "`EDIT` needs a `patch`"));
            }
            (_, Some(_)) => return write::refuse(Refusal::invalid("patch", "only `EDIT` takes a `patch`")),
            (ApprovalDecision::Approve, None) => Decision::Approve,
            (ApprovalDecision::Reject, None) => Decision::Reject,
        };
        let verb = Decide { approval: input.approval_id.0, decision, comment: input.comment };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
