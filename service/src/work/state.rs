//! The states of a task and how it moves between them: the one table.

use entity::sea_orm_active_enums::TaskStatus::{self, *};

use crate::refusal::{Code, Facts, Refusal};

/// Where a task can go from a state. `completed`, `cancelled` and `skipped` are final; `failed` is left by a new
/// attempt only.
pub const fn allowed(from: TaskStatus) -> &'static [TaskStatus] {
    match from {
        Pending => &[InProgress, Failed, Cancelled, Skipped],
        InProgress => &[Pending, Waiting, Completed, Failed, Cancelled],
        Waiting => &[Pending, InProgress, Failed, Cancelled],
        Failed => &[Pending],
        Completed | Cancelled | Skipped => &[],
    }
}

/// Whether nothing moves the task any more by itself.
pub const fn is_terminal(status: TaskStatus) -> bool {
    matches!(status, Completed | Failed | Cancelled | Skipped)
}

/// The name of a state, as GraphQL shows it.
pub fn name(status: TaskStatus) -> &'static str {
    match status {
        Pending => "PENDING",
        InProgress => "IN_PROGRESS",
        Waiting => "WAITING",
        Completed => "COMPLETED",
        Failed => "FAILED",
        Cancelled => "CANCELLED",
        Skipped => "SKIPPED",
    }
}

/// Refuses a move that the table does not have.
pub fn check(from: TaskStatus, to: TaskStatus) -> Result<(), Refusal> {
    if allowed(from).contains(&to) {
        return Ok(());
    }
    let allowed: Vec<String> = allowed(from).iter().map(|status| name(*status).to_owned()).collect();
    let (from, to) = (name(from).to_owned(), name(to).to_owned());
    let message = match allowed.is_empty() {
        true => format!("the task is {from}, which is final"),
        false => format!("the task is {from} and cannot become {to}"),
    };
    Err(Refusal::new(Code::InvalidTransition, message).with(Facts::Transition { from, to, allowed }))
}
