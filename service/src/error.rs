//! One error for reads and writes; it knows no transport.

use std::{fmt, sync::Arc};

use sea_orm::DbErr;
use sqlx::error::ErrorKind;
use uuid::Uuid;

use crate::{
    database::code::{self, Meaning},
    refusal::{Code, Located, Refusal},
};

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
    /// The sender showed too many credentials that were refused. It may try again after this number of seconds.
    #[error("too many API keys from this address were refused: try again in {0} s")]
    Throttled(u64),
    /// What the cursor stands before was removed from the log; the text says what to do.
    #[error("{0}")]
    CursorExpired(String),
    /// The role of who acts may not do this at all.
    #[error("{0}")]
    Forbidden(String),
    /// A statement, or the whole call, ran for too long.
    #[error("the request took too long and was stopped")]
    Timeout,
    /// The database cannot do it now, whoever asks; trying again later may help.
    #[error("{}", .0.reason)]
    Unavailable(#[source] Outage),
    /// Another transaction holds a row for longer than this one was willing to wait.
    #[error("another transaction blocks this one; try again")]
    Locked,
    /// Somebody else wrote the same in the same moment; the call is tried again.
    #[error("the request repeatedly conflicted with other transactions; try again later")]
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
        match self {
            Self::Collision => true,
            Self::Database(cause) => code::meaning(cause) == Meaning::Collision,
            _ => false,
        }
    }

    /// Whether something that there may be only once was written by another transaction first.
    pub fn is_duplicate(&self) -> bool {
        let Self::Database(cause) = self else { return false };
        code::database_error(cause).is_some_and(|error| error.kind() == ErrorKind::UniqueViolation)
    }

    /// What the database refused by a rule of its own, as a refusal; anything else as it is. Verbs check first and
    /// explain better; this is for what slips between the check and the write.
    pub fn refused_by_rule(self) -> Self {
        let Self::Database(cause) = &self else { return self };
        let Some(error) = code::database_error(cause) else { return self };
        // SQLite names a rule at the end of its message.
        let rule = error.constraint().or_else(|| error.message().rsplit(": ").next()).unwrap_or_default();
        let refusal = match error.kind() {
            ErrorKind::UniqueViolation => Refusal::new(
                Code::AlreadyExists,
                format!("an object with the same unique value already exists ({rule})"),
            ),
            ErrorKind::ForeignKeyViolation => Refusal::new(
                Code::UnknownReference,
                "it refers to something that does not exist, or something else still refers to it",
            ),
            ErrorKind::CheckViolation => Refusal::new(Code::Invalid, format!("it breaks the rule {rule}")),
            _ => return self,
        };
        refusal.into()
    }

    /// What is wrong with its cause, for whoever runs the program; clients are told less.
    pub fn explained(&self) -> String {
        match self {
            Self::Database(cause) => code::plain(cause),
            Self::Unavailable(Outage { reason, cause: Some(cause) }) => format!("{reason}: {}", code::plain(cause)),
            Self::Internal(cause) => cause.clone(),
            other => other.to_string(),
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
        match code::meaning(&error) {
            Meaning::Unavailable(reason) => Self::Unavailable(Outage { reason, cause: Some(Arc::new(error)) }),
            Meaning::Timeout => Self::Timeout,
            Meaning::Locked => Self::Locked,
            Meaning::Overflow => Self::limit("a sum has more than 64 bits: ask for fewer rows"),
            Meaning::Unstorable => {
                // The value passed every check of ours: the log must show what the checks do not know.
                tracing::warn!("the database refused a value: {error}");
                Refusal::new(Code::Invalid, "a value is too long, too large or not one the database can hold").into()
            }
            Meaning::Collision | Meaning::Other => Self::Database(Arc::new(error)),
        }
    }
}

/// Why the database cannot do anything now. Its text is the cause, for the log.
#[derive(Clone, Debug)]
pub struct Outage {
    /// For the caller.
    reason: &'static str,
    cause: Option<Arc<DbErr>>,
}

impl Outage {
    /// One that we noticed ourselves.
    pub fn new(reason: &'static str) -> Self {
        Self { reason, cause: None }
    }

    /// The disk of the database is full.
    pub(crate) fn full() -> Self {
        Self::new(code::FULL)
    }

    /// The database cannot be written to, as a standby.
    pub(crate) fn read_only() -> Self {
        Self::new(code::READ_ONLY)
    }

    /// Whether the disk of the database is full.
    pub(crate) fn is_full(&self) -> bool {
        self.reason == code::FULL
    }

    /// Whether a connection to PostgreSQL was lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.cause.as_ref().is_some_and(|cause| code::is_lost(cause))
    }

    /// Whether the database cannot be written to.
    pub(crate) fn is_read_only(&self) -> bool {
        self.reason == code::READ_ONLY
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => cause.fmt(f),
            None => f.write_str(self.reason),
        }
    }
}

impl std::error::Error for Outage {}
