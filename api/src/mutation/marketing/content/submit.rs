//! Submitting content for approval.

use crate::{marketing::ContentItem, mutation::prelude::*};

verbs! {
    /// Submits a draft for approval. A `publish_content` task waits for the decision. Approved content can be
    /// published; the patch of an EDIT changes its `title`, `body` and `metadata`. If it is rejected, or nobody decides
    /// in time, the content is a draft again.
    submit_content = perform(service::marketing::content::submit::Submit) on content {
        /// An agent that may decide, besides people: not the author nor an agent below it. Default: only people.
        approver_agent_id: Option<Id>,
        /// Deadline for the decision, at least 5 minutes away. Default: no deadline.
        deadline_at: Option<Moment>,
    } -> submitted {
        /// The content.
        content: Row<ContentItem> = submitted.content,
        /// The approval.
        approval: Row<Approval> = submitted.approval,
        /// The task that waits for it.
        task: Row<Task> = submitted.task,
    }
}
