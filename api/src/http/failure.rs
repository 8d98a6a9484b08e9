//! What a client learns about errors.
//!
//! Resolvers return the service's error. What it means for the client is said here, once; causes
//! are logged under an id, and only the id leaves the server.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_graphql::ServerError;
use axum::http::StatusCode;
use chrono::Utc;
use service::{Error, error::Outage};
use uuid::Uuid;

use super::admission::Refused;
use crate::{
    document::{Problem, Rejection},
    read::argument::plain,
};

/// The machine-readable kind of an error, `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Unauthenticated,
    Forbidden,
    BadUserInput,
    CursorExpired,
    LimitExceeded,
    Throttled,
    Overloaded,
    Timeout,
    Unavailable,
    PersistedQueryNotSupported,
    Internal,
}

impl Code {
    const ALL: [Self; 11] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::BadUserInput,
        Self::CursorExpired,
        Self::LimitExceeded,
        Self::Throttled,
        Self::Overloaded,
        Self::Timeout,
        Self::Unavailable,
        Self::PersistedQueryNotSupported,
        Self::Internal,
    ];

    /// The code of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::CursorExpired => "CURSOR_EXPIRED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Throttled => "THROTTLED",
            Self::Overloaded => "OVERLOADED",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::Internal => "INTERNAL",
        }
    }

    /// Whether it is about who asks.
    pub(super) fn is_refusal(self) -> bool {
        matches!(self, Self::Unauthenticated | Self::Forbidden | Self::Throttled)
    }

    /// The status of a request that was not executed for this reason.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::BadUserInput | Self::CursorExpired | Self::LimitExceeded | Self::PersistedQueryNotSupported => {
                StatusCode::BAD_REQUEST
            }
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Overloaded | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// An error of our own making.
pub(super) fn error(code: Code, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    set_code(&mut error, code);
    error
}

/// Makes a client that persists queries send the text: Apollo, urql and others know the message by heart.
pub(super) fn persisted_query() -> ServerError {
    error(Code::PersistedQueryNotSupported, "PersistedQueryNotSupported")
}

/// Why an operation may not begin now, and after what time it may.
pub(super) fn not_admitted(refused: Refused) -> (Code, ServerError, Duration) {
    let (code, message, wait) = match refused {
        Refused::Throttled(wait) => {
            (Code::Throttled, "too few points are left for this operation: try again later", wait)
        }
        Refused::Overloaded => {
            (Code::Overloaded, "too many operations run already: try again later", Duration::from_secs(1))
        }
    };
    let mut error = error(code, message);
    let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    error.extensions.get_or_insert_default().set("retryAfterMs", milliseconds);
    (code, error, wait)
}

/// What kept a request from being executed, with its code.
pub(super) fn of(source: &Error, request: &str) -> (Code, ServerError) {
    let mut error = ServerError::new("", None);
    let code = disclose_source(&mut error, source, request);
    (code, error)
}

/// An error whose cause is logged, not sent.
pub(super) fn internal(request: &str, cause: &str) -> ServerError {
    let mut error = ServerError::new("", None);
    mask(&mut error, request, cause);
    error
}

/// What a client learns about a document that is refused.
pub(super) fn rejection(rejection: Rejection) -> Vec<ServerError> {
    match rejection {
        Rejection::Invalid(problems) => {
            let error = |problem: Problem| ServerError {
                locations: problem.positions,
                ..error(Code::BadUserInput, problem.message)
            };
            problems.into_iter().map(error).collect()
        }
        Rejection::Limit(message) => vec![error(Code::LimitExceeded, message)],
    }
}

/// The errors of ours that are still to be disclosed.
pub(super) fn sources(errors: &[ServerError]) -> impl Iterator<Item = Error> {
    errors.iter().filter_map(source)
}

/// Gives every error of an answer its code and takes out what the client must not see.
pub(super) fn disclose(errors: &mut [ServerError], request: &str) {
    for error in errors {
        // Of an answer as a whole there is none, and lines count from 1.
        error.locations.retain(|place| place.line > 0);
        match source(error) {
            Some(source) => {
                disclose_source(error, &source, request);
            }
            None if is_clients(error) => {
                error.message = plain(&error.message);
                set_code(error, Code::BadUserInput);
            }
            None => {
                let cause = error.message.clone();
                mask(error, request, &cause);
            }
        }
        error.source = None;
    }
}

fn source(error: &ServerError) -> Option<Error> {
    let source: &(dyn Any + Send + Sync) = error.source.as_deref()?;
    // Batched readers may share one error.
    source.downcast_ref::<Error>().or_else(|| source.downcast_ref::<Arc<Error>>().map(Arc::as_ref)).cloned()
}

fn disclose_source(error: &mut ServerError, source: &Error, request: &str) -> Code {
    let code = match source {
        // A mutation's payload has these as `userErrors`; where there is none, their text is all that can be said.
        Error::Invalid(_) | Error::Refused(_) | Error::NotFound(..) => Code::BadUserInput,
        Error::Unauthenticated(_) => Code::Unauthenticated,
        Error::Forbidden(_) => Code::Forbidden,
        Error::CursorExpired(_) => Code::CursorExpired,
        Error::Limit(_) => Code::LimitExceeded,
        Error::Throttled(seconds) => {
            error.extensions.get_or_insert_default().set("retryAfterMs", seconds.saturating_mul(1000));
            Code::Throttled
        }
        Error::Timeout => Code::Timeout,
        Error::Collision | Error::Locked => Code::Unavailable,
        Error::Unavailable(cause) => {
            tell_of_outage(request, error, cause);
            Code::Unavailable
        }
        Error::Database(cause) => {
            mask(error, request, &cause.to_string());
            return Code::Internal;
        }
        Error::Internal(cause) => {
            mask(error, request, cause);
            return Code::Internal;
        }
    };
    error.message = source.to_string();
    set_code(error, code);
    code
}

/// Whether an error without source is async-graphql's word on the client's input. An error that
/// has no path comes from validation; of those met while resolving, only the ones of reading
/// arguments are safe to show.
fn is_clients(error: &ServerError) -> bool {
    let message = error.message.as_str();
    error.source.is_none()
        && (error.path.is_empty()
            || message.starts_with("Failed to parse \"")
            || message.starts_with("Expected input type \""))
}

/// Once a second: an outage fails every request.
fn tell_of_outage(request: &str, error: &ServerError, cause: &Outage) {
    static TOLD: AtomicI64 = AtomicI64::new(i64::MIN);
    let now = Utc::now().timestamp();
    if TOLD.swap(now, Ordering::Relaxed) != now {
        tracing::warn!(request, path = path(error), "the database is not available: {cause}");
    }
}

fn mask(error: &mut ServerError, request: &str, cause: &str) {
    let id = Uuid::now_v7().to_string();
    tracing::error!(error = id, request, path = path(error), "internal error: {cause}");
    error.message = "internal error".to_owned();
    error.extensions = None;
    set_code(error, Code::Internal);
    error.extensions.get_or_insert_default().set("id", id);
}

/// The code and message of an error as the log has them: what is quoted may be a value of the client's.
pub(super) fn reason(error: &ServerError) -> (String, String) {
    let code = error.extensions.as_ref().and_then(|extensions| match extensions.get("code") {
        Some(async_graphql::Value::String(code)) => Some(code.clone()),
        _ => None,
    });
    (code.unwrap_or_default(), without_values(&error.message))
}

/// The longest message that is logged of an error of a client, in characters.
const LONGEST_REASON: usize = 120;

pub(super) fn without_values(message: &str) -> String {
    let mut quote = None;
    let mut kept = String::new();
    let mut characters = message.chars();
    while let Some(character) = characters.next() {
        match quote {
            // What is escaped does not end a text.
            Some('"') if character == '\\' => {
                characters.next();
            }
            None if matches!(character, '"' | '`') => {
                quote = Some(character);
                kept.push('…');
            }
            None => kept.push(character),
            Some(open) if character == open => quote = None,
            Some(_) => {}
        }
        if kept.chars().count() >= LONGEST_REASON {
            break;
        }
    }
    kept
}

fn set_code(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_default().set("code", code.name());
}

fn path(error: &ServerError) -> String {
    let parts = error.path.iter().map(|segment| match segment {
        async_graphql::PathSegment::Field(name) => name.clone(),
        async_graphql::PathSegment::Index(index) => index.to_string(),
    });
    parts.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_logged() {
        for (message, logged) in [
            (
                "the variable \"$a\" has the value \"say \\\"secret\\\" x\", which is no \"Int\"",
                "the variable … has the value …, which is no …",
            ),
            ("`5` is no \"String\"", "… is no …"),
            ("`first` is 251: a page has at most 250 rows", "… is 251: a page has at most 250 rows"),
        ] {
            assert_eq!(without_values(message), logged);
        }
    }
}
