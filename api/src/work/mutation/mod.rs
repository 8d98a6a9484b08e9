//! What can be done to the work.
//!
//! - [`create`]: new tasks, handed on or started with their execution. [`lease`]: the life of an attempt.
//! - [`direct`]: calling off, giving on, trying again. [`execution`], [`approval`]: what their names say.
//! - [`goal`], [`workflow`]: the records that work is made of.
//! - [`result`]: what became of the items of a batch.

mod approval;
mod create;
mod direct;
mod execution;
mod goal;
mod lease;
mod result;
mod workflow;

use async_graphql::MergedObject;

/// The mutations of the work.
#[derive(Debug, Default, MergedObject)]
pub struct WorkMutation(
    create::CreateMutation,
    lease::LeaseMutation,
    direct::DirectMutation,
    execution::ExecutionMutation,
    approval::ApprovalMutation,
    goal::GoalMutation,
    workflow::WorkflowMutation,
);
