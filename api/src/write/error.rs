//! What the domain refuses, as GraphQL shows it.

use async_graphql::{Enum, Interface, SimpleObject};
use service::refusal::{Facts, Refusal};

macro_rules! declare {
    ($($(#[$doc:meta])* $code:ident,)+) => {
        /// The kind of a user error, for programs.
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
    field(name = "code", ty = "&ErrorCode", desc = "The kind of the error, for programs."),
    field(name = "message", ty = "&String", desc = "What is wrong, for people."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "Where in the input, such as `[\"items\", \"0\", \"taskId\"]`; empty when it is not about one place."
    )
)]
pub enum UserError {
    /// An error without further facts.
    General(GeneralError),
    /// The row has another version.
    Version(VersionConflictError),
    /// The state does not admit it.
    Transition(InvalidTransitionError),
    /// It would close a circle.
    Cycle(CycleError),
}

/// A refusal that its code and message say all about.
#[derive(Clone, Debug, SimpleObject)]
pub struct GeneralError {
    /// The kind of the error, for programs.
    code: ErrorCode,
    /// What is wrong, for people.
    message: String,
    /// Where in the input, such as `["items", "0", "taskId"]`; empty when it is not about one place.
    path: Vec<String>,
}

/// The row was changed since the caller read it.
#[derive(Clone, Debug, SimpleObject)]
pub struct VersionConflictError {
    /// The kind of the error, for programs.
    code: ErrorCode,
    /// What is wrong, for people.
    message: String,
    /// Where in the input, such as `["items", "0", "taskId"]`; empty when it is not about one place.
    path: Vec<String>,
    /// The version that the row has now.
    current: i32,
}

/// The state does not admit what was asked for.
#[derive(Clone, Debug, SimpleObject)]
pub struct InvalidTransitionError {
    /// The kind of the error, for programs.
    code: ErrorCode,
    /// What is wrong, for people.
    message: String,
    /// Where in the input, such as `["items", "0", "taskId"]`; empty when it is not about one place.
    path: Vec<String>,
    /// The state it is in.
    from: String,
    /// The state it was to go to.
    to: String,
    /// The states it can go to.
    allowed: Vec<String>,
}

/// It would close a circle.
#[derive(Clone, Debug, SimpleObject)]
pub struct CycleError {
    /// The kind of the error, for programs.
    code: ErrorCode,
    /// What is wrong, for people.
    message: String,
    /// Where in the input, such as `["items", "0", "taskId"]`; empty when it is not about one place.
    path: Vec<String>,
    /// The members of the circle, from one back to it.
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
