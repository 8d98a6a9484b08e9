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
    /// Makes an API key.
    CreateApiKey: ADMIN,
    /// Ends an API key.
    RevokeApiKey: ADMIN,
    /// Reads the API keys.
    ApiKeys: ADMIN,
    /// Reads who did what.
    AuditLog: ADMIN,
    /// Adds an agent.
    CreateAgent: EDIT,
    /// Changes an agent.
    UpdateAgent: EDIT,
    /// Puts an agent below another one.
    MoveAgent: EDIT,
    /// Lets an agent work.
    ActivateAgent: EDIT,
    /// Lets an agent work no more.
    DeactivateAgent: EDIT,
    /// Adds or changes a capability of an agent.
    SetAgentCapability: EDIT,
    /// Removes a capability of an agent.
    RemoveAgentCapability: EDIT,
    /// Adds or changes a collaboration of agents.
    SetAgentCollaboration: EDIT,
    /// Removes a collaboration of agents.
    RemoveAgentCollaboration: EDIT,
    /// Adds a goal.
    CreateGoal: DIRECT,
    /// Changes a goal.
    UpdateGoal: DIRECT,
    /// Divides a goal.
    SplitGoal: DIRECT,
    /// Notes how far a goal is.
    RecordGoalProgress: DIRECT,
    /// Ends a goal.
    CloseGoal: DIRECT,
    /// Adds or replaces a workflow.
    RegisterWorkflow: DIRECT,
    /// Changes a workflow.
    UpdateWorkflow: DIRECT,
    /// Retires a workflow.
    ArchiveWorkflow: DIRECT,
    /// Starts an execution.
    StartExecution: DIRECT,
    /// Pauses an execution.
    PauseExecution: DIRECT,
    /// Lets a paused execution go on.
    ResumeExecution: DIRECT,
    /// Calls an execution off.
    CancelExecution: DIRECT,
    /// Adds tasks.
    CreateTasks: WORK,
    /// Hands a part of a task to another agent.
    DelegateTask: WORK,
    /// Takes tasks to work on.
    ClaimTasks: WORK,
    /// Keeps leases.
    HeartbeatTasks: WORK,
    /// Says how far a task is.
    ReportProgress: WORK,
    /// Ends tasks well.
    CompleteTasks: WORK,
    /// Ends attempts badly.
    FailTasks: WORK,
    /// Gives tasks back.
    ReleaseTasks: WORK,
    /// Opens a new attempt of a failed task.
    RetryTask: DIRECT,
    /// Opens new attempts of many failed tasks.
    RedriveTasks: DIRECT,
    /// Gives a task to another agent.
    ReassignTask: DIRECT,
    /// Calls a task off.
    CancelTask: ACT,
    /// Asks for a decision.
    RequestApproval: WORK,
    /// Decides.
    DecideApproval: DECIDE,
    /// Notes what happened in the system.
    RecordSystemEvent: ACT,
    /// Sets a configuration.
    SetConfiguration: EDIT,
    /// Writes a report.
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
