//! Why a document is refused.

use async_graphql::Pos;

/// A document, or its variables, that is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It cannot be meant.
    Invalid(Vec<Problem>),
    /// It passes a limit, which the text names.
    Limit(String),
}

/// What is wrong, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For people.
    pub message: String,
    /// None, when it is not in the text of the document.
    pub positions: Vec<Pos>,
}

impl Rejection {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem { message: message.into(), positions: Vec::new() }])
    }

    pub(super) fn at(message: impl Into<String>, position: Pos) -> Self {
        Self::Invalid(vec![Problem { message: message.into(), positions: vec![position] }])
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::Limit(message.into())
    }
}
