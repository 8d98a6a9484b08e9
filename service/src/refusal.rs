//! What the domain refuses: data for the caller, who can act on it.

use serde::{Deserialize, Serialize};

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs.
    pub code: Code,
    /// For people: what is wrong, and with what.
    pub message: String,
    /// Where in the input.
    pub path: Vec<String>,
    /// What a program may need to go on.
    pub facts: Box<Facts>,
}

/// The kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Code {
    /// The value breaks a rule of the domain.
    Invalid,
    /// Something with this name or key is there already.
    AlreadyExists,
    /// What the input refers to by a name is not there.
    UnknownReference,
    /// The row was changed since the caller read it.
    VersionConflict,
    /// The state does not admit it.
    InvalidTransition,
    /// The lease is not held any more.
    StaleLease,
    /// It would close a circle.
    Cycle,
    /// The hierarchy and its collaborations do not allow it.
    NotPermitted,
    /// The agent is not active.
    AgentInactive,
    /// Work that is not finished stands in the way.
    OpenTasks,
    /// A configured bound would be passed.
    LimitReached,
    /// The same idempotency key came with another input.
    IdempotencyConflict,
    /// The time for it is over.
    DeadlinePassed,
    /// It was decided before.
    AlreadyDecided,
}

/// What a program may need to go on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Facts {
    /// The code says it all.
    #[default]
    None,
    /// The version that the row has now.
    Version(i32),
    /// The states.
    Transition {
        /// Where it stands.
        from: String,
        /// Where it was to go.
        to: String,
        /// Where it can go.
        allowed: Vec<String>,
    },
    /// The circle, from a member back to it.
    Cycle(Vec<String>),
}

impl Refusal {
    /// A refusal without facts.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: Vec::new(), facts: Box::default() }
    }

    /// Says where in the input.
    pub fn at<P: ToString>(mut self, path: impl IntoIterator<Item = P>) -> Self {
        self.path = path.into_iter().map(|part| part.to_string()).collect();
        self
    }

    /// Adds what a program may need.
    pub fn with(mut self, facts: Facts) -> Self {
        *self.facts = facts;
        self
    }
}
