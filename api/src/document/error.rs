//! Why a document is refused.

use async_graphql::{Pos, parser};

/// A document, or its variables, that is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be meant: what is wrong, and where in the text.
    Invalid(String, Vec<Pos>),
    /// It passes a limit, which the text names.
    Limit(String),
}

impl Refusal {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into(), Vec::new())
    }

    pub(super) fn at(message: impl Into<String>, position: Pos) -> Self {
        Self::Invalid(message.into(), vec![position])
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::Limit(message.into())
    }
}

impl From<parser::Error> for Refusal {
    fn from(error: parser::Error) -> Self {
        let positions = error.positions().collect();
        let message = error.to_string();
        // The parser draws the line with an arrow; the client gets the reason, the positions say where.
        let reason = message.rsplit_once(" = ").map_or(message.as_str(), |(_, reason)| reason);
        Self::Invalid(format!("syntax error: {reason}"), positions)
    }
}
