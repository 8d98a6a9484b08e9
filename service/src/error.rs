//! One error for reads and writes; it knows no transport.

use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::ErrorKind;
use uuid::Uuid;

use crate::refusal::{Code, Located, Refusal};

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
    /// The domain refuses it; nothing was written.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// What the input names by its id is not there.
    #[error("there is no {0} {1}")]
    NotFound(&'static str, Uuid),
    /// The request does not say who acts, or not validly; the text says what is missing.
    #[error("{0}")]
    Unauthenticated(String),
    /// What the cursor stands before was removed from the log; the text says what to do.
    #[error("{0}")]
    CursorExpired(String),
    /// The role of who acts may not do this at all.
    #[error("{0}")]
    Forbidden(String),
    /// A statement, or the whole call, ran for too long.
    #[error("it took too long and was given up")]
    Timeout,
    /// The database cannot be reached now; trying again later may help.
    #[error("the database is not available")]
    Unavailable(#[source] Arc<DbErr>),
    /// Somebody else wrote the same in the same moment; the call is tried again.
    #[error("others wrote the same at the same time, again and again")]
    Collision,
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

    /// What it refuses of the caller's input, for the caller; any other error as it is.
    pub fn into_refusal(self) -> Result<Refusal, Self> {
        match self {
            Self::Refused(refusal) => Ok(*refusal),
            Self::NotFound(..) => Ok(Refusal::new(Code::NotFound, self.to_string())),
            Self::Invalid(message) => Ok(Refusal::new(Code::Invalid, message)),
            other => Err(other),
        }
    }

    /// Says where in the input the id is that names nothing.
    pub fn named(self, place: impl FnOnce(Uuid) -> Option<Vec<String>>) -> Self {
        let Self::NotFound(_, id) = self else { return self };
        match place(id) {
            Some(path) => self.located(path),
            None => self,
        }
    }

    /// Whether another transaction won over this one: the same may succeed when it is tried again.
    pub fn is_collision(&self) -> bool {
        if matches!(self, Self::Collision) {
            return true;
        }
        let code = self.database_error().and_then(|error| error.code());
        code.is_some_and(|code| LOST.contains(&code.as_ref()))
    }

    /// What the database refused by a rule of its own, as a refusal; anything else as it is. Verbs check first and
    /// explain better; this is for what slips between the check and the write.
    pub fn refused_by_rule(self) -> Self {
        let Some(error) = self.database_error() else { return self };
        // SQLite names a rule at the end of its message.
        let rule = error.constraint().or_else(|| error.message().rsplit(": ").next()).unwrap_or_default();
        let refusal = match (error.kind(), error.code().as_deref()) {
            (ErrorKind::UniqueViolation, _) => {
                Refusal::new(Code::AlreadyExists, format!("there is one like it already ({rule})"))
            }
            (ErrorKind::ForeignKeyViolation, _) => Refusal::new(
                Code::UnknownReference,
                "it refers to something that is not there, or something that stays refers to it",
            ),
            (ErrorKind::CheckViolation, _) => Refusal::new(Code::Invalid, format!("it breaks the rule {rule}")),
            (_, Some(TOO_LONG | OUT_OF_RANGE)) => Refusal::new(Code::Invalid, "a value is too long or too large"),
            _ => return self,
        };
        refusal.into()
    }

    fn database_error(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        let Self::Database(cause) = self else { return None };
        match cause.as_ref() {
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                cause.as_database_error()
            }
            _ => None,
        }
    }

    /// A broken promise of our own code.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::Internal(message.into())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl Located for Error {
    fn located<P: ToString>(self, path: impl IntoIterator<Item = P>) -> Self {
        self.into_refusal().map_or_else(|error| error, |refusal| refusal.located(path).into())
    }

    fn below<P: ToString>(self, outer: impl IntoIterator<Item = P>) -> Self {
        self.into_refusal().map_or_else(|error| error, |refusal| refusal.below(outer).into())
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

/// PostgreSQL's codes of a transaction that lost against another one.
const LOST: [&str; 2] = ["40001", "40P01"];
/// PostgreSQL's codes of a text too long for its column, and of a number too large.
const TOO_LONG: &str = "22001";
const OUT_OF_RANGE: &str = "22003";
/// PostgreSQL's code of a statement that `statement_timeout` ended.
const QUERY_CANCELED: &str = "57014";
/// PostgreSQL's codes of a server that stops, crashed, or is starting.
const SHUTTING_DOWN: [&str; 3] = ["57P01", "57P02", "57P03"];
