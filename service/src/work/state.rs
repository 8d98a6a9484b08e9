//! The states of tasks, executions and approvals: the tables.

use entity::sea_orm_active_enums::{ApprovalStatus, ExecutionStatus, TaskStatus};

use crate::state::State;
pub use crate::state::{check, name, refuse, refuse_in};

/// `Completed`, `Cancelled` and `Skipped` are final; `Failed` is left by a new attempt only.
impl State for TaskStatus {
    const NOUN: &'static str = "task";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::InProgress, Self::Failed, Self::Cancelled, Self::Skipped],
            Self::InProgress => &[Self::Pending, Self::Waiting, Self::Completed, Self::Failed, Self::Cancelled],
            Self::Waiting => &[Self::Pending, Self::Failed, Self::Cancelled],
            Self::Failed => &[Self::Pending],
            Self::Completed | Self::Cancelled | Self::Skipped => &[],
        }
    }
}

/// Whether nothing moves the task any more by itself.
pub const fn is_terminal(status: TaskStatus) -> bool {
    matches!(status, TaskStatus::Completed | TaskStatus::Failed | TaskStatus::Cancelled | TaskStatus::Skipped)
}

/// The states of tasks in which something is still to be done.
pub const OPEN_TASKS: &[TaskStatus] = &[TaskStatus::Pending, TaskStatus::InProgress, TaskStatus::Waiting];

/// `Pending` waits for the end of earlier ones. What has ended goes on when one of its tasks is retried.
impl State for ExecutionStatus {
    const NOUN: &'static str = "execution";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Running, Self::Completed, Self::Failed, Self::Cancelled],
            Self::Running => &[Self::Paused, Self::Completed, Self::Failed, Self::Cancelled],
            Self::Paused => &[Self::Running, Self::Completed, Self::Failed, Self::Cancelled],
            Self::Completed | Self::Failed => &[Self::Running],
            Self::Cancelled => &[],
        }
    }
}

/// The states of executions that have not ended.
pub const OPEN_EXECUTIONS: &[ExecutionStatus] =
    &[ExecutionStatus::Pending, ExecutionStatus::Running, ExecutionStatus::Paused];

impl State for ApprovalStatus {
    const NOUN: &'static str = "approval";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Approved, Self::Edited, Self::Rejected, Self::Expired, Self::Cancelled],
            Self::Approved | Self::Edited | Self::Rejected | Self::Expired | Self::Cancelled => &[],
        }
    }
}
