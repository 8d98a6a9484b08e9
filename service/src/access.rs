//! Which role may do what: one table, asked by every operation of the service. [`Scope`]: for whom.

mod scope;

use Operation::*;
pub use scope::{Scope, within};

use crate::{
    Error, Result,
    principal::{Principal, Role},
};

macro_rules! operations {
    ($($(#[$doc:meta])* $operation:ident: $roles:ident,)+) => {
        /// What a principal can do. Reading is open to every role, but for what stands here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operation {
            $($(#[$doc])* $operation,)+
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$($operation),+];

            /// Its name, as the GraphQL field has it in upper camel case.
            pub fn name(self) -> &'static str {
                match self {
                    $($operation => stringify!($operation),)+
                }
            }

            /// Its name, as the GraphQL field has it.
            pub fn field(self) -> String {
                let (first, rest) = self.name().split_at(1);
                first.to_ascii_lowercase() + rest
            }

            /// The roles that may do it.
            pub fn roles(self) -> &'static [Role] {
                match self {
                    $($operation => $roles,)+
                }
            }
        }
    };
}

const ADMIN: &[Role] = &[Role::Admin];
/// People who edit records.
const EDIT: &[Role] = &[Role::Operator, Role::Admin];
/// Who works: agents only for themselves and those below them.
const WORK: &[Role] = &[Role::Agent, Role::Orchestrator, Role::Admin];
/// Who starts and stops work.
const DIRECT: &[Role] = &[Role::Operator, Role::Orchestrator, Role::Admin];
/// Everybody but those who only look.
const ACT: &[Role] = &[Role::Agent, Role::Operator, Role::Orchestrator, Role::Admin];
/// Who decides for the company.
const DECIDE: &[Role] = &[Role::Agent, Role::Operator, Role::Admin];

operations! {
    /// Creates an API key.
    CreateApiKey: ADMIN,
    /// Revokes an API key.
    RevokeApiKey: ADMIN,
    /// Reads the API keys.
    ApiKeys: ADMIN,
    /// Reads who did what.
    AuditLog: ADMIN,
    /// Creates an agent.
    CreateAgent: EDIT,
    /// Updates an agent.
    UpdateAgent: EDIT,
    /// Moves an agent below another one.
    MoveAgent: EDIT,
    /// Activates an agent.
    ActivateAgent: EDIT,
    /// Deactivates an agent.
    DeactivateAgent: EDIT,
    /// Sets a capability of an agent.
    SetAgentCapability: EDIT,
    /// Removes a capability of an agent.
    RemoveAgentCapability: EDIT,
    /// Sets a collaboration of agents.
    SetAgentCollaboration: EDIT,
    /// Removes a collaboration of agents.
    RemoveAgentCollaboration: EDIT,
    /// Creates a goal.
    CreateGoal: DIRECT,
    /// Updates a goal.
    UpdateGoal: DIRECT,
    /// Splits a goal.
    SplitGoal: DIRECT,
    /// Records how far a goal is.
    RecordGoalProgress: DIRECT,
    /// Closes a goal.
    CloseGoal: DIRECT,
    /// Registers a workflow.
    RegisterWorkflow: DIRECT,
    /// Updates a workflow.
    UpdateWorkflow: DIRECT,
    /// Archives a workflow.
    ArchiveWorkflow: DIRECT,
    /// Starts an execution.
    StartExecution: DIRECT,
    /// Pauses an execution.
    PauseExecution: DIRECT,
    /// Resumes a paused execution.
    ResumeExecution: DIRECT,
    /// Cancels an execution.
    CancelExecution: DIRECT,
    /// Creates tasks.
    CreateTasks: WORK,
    /// Delegates a part of a task to another agent.
    DelegateTask: WORK,
    /// Claims tasks to work on.
    ClaimTasks: WORK,
    /// Extends leases by heartbeats.
    HeartbeatTasks: WORK,
    /// Reports how far a task is.
    ReportProgress: WORK,
    /// Completes tasks.
    CompleteTasks: WORK,
    /// Fails tasks.
    FailTasks: WORK,
    /// Releases tasks.
    ReleaseTasks: WORK,
    /// Retries a failed task.
    RetryTask: DIRECT,
    /// Redrives failed tasks: retries many at once.
    RedriveTasks: DIRECT,
    /// Reassigns a task to another agent.
    ReassignTask: DIRECT,
    /// Cancels a task.
    CancelTask: ACT,
    /// Requests an approval.
    RequestApproval: WORK,
    /// Decides an approval.
    DecideApproval: DECIDE,
    /// Records what happened in the system.
    RecordSystemEvent: ACT,
    /// Sets a configuration.
    SetConfiguration: EDIT,
    /// Creates a report.
    CreateReport: ACT,
    /// Sends a report.
    SendReport: ACT,
}

/// Refuses what the principal's role may not do.
pub fn check(principal: &Principal, operation: Operation) -> Result<()> {
    match operation.roles().contains(&principal.role) {
        true => Ok(()),
        false => {
            let roles: Vec<String> = operation.roles().iter().map(|role| format!("{role:?}").to_lowercase()).collect();
            let (name, role) = (operation.field(), format!("{:?}", principal.role).to_lowercase());
            let message = match &roles[..] {
                [only] => format!("`{name}` needs the role {only}, this key has the role {role}"),
                _ => format!("`{name}` needs one of the roles {}, this key has the role {role}", roles.join(", ")),
            };
            Err(Error::Forbidden(message))
        }
    }
}
