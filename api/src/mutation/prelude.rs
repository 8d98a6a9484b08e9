//! What most declarations of verbs name.

pub(super) use async_graphql::MaybeUndefined;
pub(super) use rust_decimal::Decimal;
pub(super) use serde_json::Value as Json;

pub(super) use crate::{
    agents::{Agent, AgentCapability, AgentCollaboration, AgentType},
    analytics::Report,
    identity::{ApiKey, Role},
    input, input_enum,
    mutation::batch::OnError,
    object,
    read::{
        row::Row,
        scalars::{Date, Id, Moment},
    },
    system::{Configuration, EventSeverity, SystemEvent},
    verbs,
    work::{
        Approval, ApprovalDeadline, DependencyFailure, Goal, GoalType, Task, Workflow, WorkflowExecution,
        WorkflowTriggerType,
    },
    write::{join, perform, share},
};
