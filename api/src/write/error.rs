//! What the domain refuses, as GraphQL shows it.

use async_graphql::{Enum, Interface, SimpleObject};
use service::refusal::{Facts, Refusal};

macro_rules! declare {
    ($($(#[$doc:meta])* $code:ident,)+) => {
        /// Code of a user error, for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        #[graphql(remote = "service::refusal::Code")]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)+
        }
    };
}

service::refusal_codes!(declare);

/// Why a mutation was refused. Nothing was written.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "code", ty = "&ErrorCode", desc = "Error code, for programs."),
    field(name = "message", ty = "&String", desc = "Error message, for people."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "Path to the value in the input, such as `[\"items\", \"0\", \"taskId\"]`. Empty if no single value is at fault."
    )
)]
pub enum UserError {
    /// An error without further details.
    General(GeneralError),
    /// The row has another version now.
    Version(VersionConflictError),
    /// The current state does not allow it.
    Transition(InvalidTransitionError),
    /// It would create a cycle.
    Cycle(CycleError),
}

/// An error without further details.
#[derive(Clone, Debug, SimpleObject)]
pub struct GeneralError {
    /// Error code, for programs.
    code: ErrorCode,
    /// Error message, for people.
    message: String,
    /// Path to the value in the input, such as `["items", "0", "taskId"]`. Empty if no single value is at fault.
    path: Vec<String>,
}

/// The row has changed since you read it.
#[derive(Clone, Debug, SimpleObject)]
pub struct VersionConflictError {
    /// Error code, for programs.
    code: ErrorCode,
    /// Error message, for people.
    message: String,
    /// Path to the value in the input, such as `["items", "0", "taskId"]`. Empty if no single value is at fault.
    path: Vec<String>,
    /// Current version of the row.
    current: i32,
}

/// The current state does not allow it.
#[derive(Clone, Debug, SimpleObject)]
pub struct InvalidTransitionError {
    /// Error code, for programs.
    code: ErrorCode,
    /// Error message, for people.
    message: String,
    /// Path to the value in the input, such as `["items", "0", "taskId"]`. Empty if no single value is at fault.
    path: Vec<String>,
    /// Current state.
    from: String,
    /// Requested state.
    to: String,
    /// States that can follow the current one.
    allowed: Vec<String>,
}

/// It would create a cycle.
#[derive(Clone, Debug, SimpleObject)]
pub struct CycleError {
    /// Error code, for programs.
    code: ErrorCode,
    /// Error message, for people.
    message: String,
    /// Path to the value in the input, such as `["items", "0", "taskId"]`. Empty if no single value is at fault.
    path: Vec<String>,
    /// Members of the cycle; the first is also the last.
    cycle: Vec<String>,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, message, path, facts } = refusal;
        let code = ErrorCode::from(code);
        match *facts {
            Facts::None => Self::General(GeneralError { code, message, path }),
            Facts::Version(current) => Self::Version(VersionConflictError { code, message, path, current }),
            Facts::Transition { from, to, allowed } => {
                Self::Transition(InvalidTransitionError { code, message, path, from, to, allowed })
            }
            Facts::Cycle(cycle) => Self::Cycle(CycleError { code, message, path, cycle }),
        }
    }
}
