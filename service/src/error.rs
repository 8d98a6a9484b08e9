//! One error for reads and writes; it knows no transport.

use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr};

/// The result of every service function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation was not done. Cheap to clone: batched readers share one.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The caller's input cannot be meant; the text says what and why.
    #[error("{0}")]
    Invalid(String),
    /// A configured limit was passed; the text names it.
    #[error("{0}")]
    Limit(String),
    /// The database gave up a statement that ran for too long.
    #[error("the database took too long and the statement was cancelled")]
    Timeout,
    /// The database cannot be reached now; trying again later may help.
    #[error("the database is not available")]
    Unavailable(#[source] Arc<DbErr>),
    /// Anything else that the database said. The cause is for the log, never for the client.
    #[error("internal error")]
    Database(#[source] Arc<DbErr>),
    /// A promise of our own code does not hold. The text is for the log, never for the client.
    #[error("internal error")]
    Internal(String),
}

impl Error {
    /// Bad input, explained.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// A limit, named.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::Limit(message.into())
    }

    /// A broken promise of our own code.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::Internal(message.into())
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(Arc::new(error)),
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                match cause.as_ref() {
                    sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                        Self::Unavailable(Arc::new(error))
                    }
                    sqlx::Error::Database(cause) => match cause.code().as_deref() {
                        Some(QUERY_CANCELED) => Self::Timeout,
                        Some(code) if SHUTTING_DOWN.contains(&code) => Self::Unavailable(Arc::new(error)),
                        _ => Self::Database(Arc::new(error)),
                    },
                    _ => Self::Database(Arc::new(error)),
                }
            }
            _ => Self::Database(Arc::new(error)),
        }
    }
}

/// PostgreSQL's code of a statement that `statement_timeout` ended.
const QUERY_CANCELED: &str = "57014";
/// PostgreSQL's codes of a server that stops, crashed, or is starting.
const SHUTTING_DOWN: [&str; 3] = ["57P01", "57P02", "57P03"];
