//! What the error codes of both engines mean for the caller.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use sqlx::{error::DatabaseError, sqlite::SqliteError};

/// What an error of the database means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The database cannot do it now, whoever asks; the text says why.
    Unavailable(&'static str),
    /// It took too long.
    Timeout,
    /// Another transaction holds a row for longer than this one was willing to wait.
    Locked,
    /// Another transaction won; the same may succeed when it is tried again.
    Collision,
    /// A sum has more than 64 bits.
    Overflow,
    /// The database cannot hold a value: it is too long, too large, or not one of its type.
    Unstorable,
    /// Something else.
    Other,
}

/// Said when there is nothing more exact.
pub(crate) const UNAVAILABLE: &str = "the database is not available";
const LOST: &str = "the connection to the database was lost";
const BUSY: &str = "no database connection became free in time";
const CLOSED: &str = "the database is closed: its file was removed, or the server stops";
pub(crate) const FULL: &str = "the database cannot write: its disk is full";
pub(crate) const READ_ONLY: &str = "the database is read-only";
const LOCKED: &str = "the database is locked by another program";

/// What an error means.
pub(crate) fn meaning(error: &DbErr) -> Meaning {
    if let Some(error) = database_error(error) {
        let code = error.code().unwrap_or_default();
        return match error.try_downcast_ref::<SqliteError>() {
            _ if is_overflow(&code, error.message()) => Meaning::Overflow,
            Some(_) => sqlite(&code),
            None if refers_to_gone(&code, error.constraint()) => Meaning::Collision,
            None => postgres(&code),
        };
    }
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Meaning::Unavailable(BUSY),
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Meaning::Unavailable(CLOSED),
        DbErr::Conn(_) => Meaning::Unavailable(UNAVAILABLE),
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => connection(error),
        _ => Meaning::Other,
    }
}

/// Whether a connection to PostgreSQL was lost, or the server ended it: what was asked may be asked on another one, if
/// asking twice does no harm.
pub(crate) fn is_lost(error: &DbErr) -> bool {
    if let Some(error) = database_error(error) {
        // The server stops, crashed, or starts.
        return matches!(error.code().as_deref(), Some("57P01" | "57P02" | "57P03"));
    }
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    matches!(&**cause, sqlx::Error::Io(_) | sqlx::Error::Protocol(_))
}

/// The database's own word on it, if it said something.
pub(crate) fn database_error(error: &DbErr) -> Option<&dyn DatabaseError> {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    cause.as_database_error()
}

/// Whether a sum of whole numbers became too large: an error without a code of its own on either engine.
fn is_overflow(code: &str, message: &str) -> bool {
    matches!((code, message), ("1", "integer overflow") | ("22003", "bigint out of range"))
}

/// The codes of <https://www.sqlite.org/rescode.html>: the low byte is the kind.
fn sqlite(code: &str) -> Meaning {
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        // BUSY, LOCKED, PROTOCOL.
        5 | 6 | 15 => Meaning::Unavailable(LOCKED),
        // NOMEM.
        7 => Meaning::Unavailable("the database is out of memory"),
        // READONLY.
        8 => Meaning::Unavailable(READ_ONLY),
        // INTERRUPT.
        9 => Meaning::Timeout,
        // IOERR.
        10 => Meaning::Unavailable("the database cannot read or write its disk"),
        // FULL.
        13 => Meaning::Unavailable(FULL),
        // CANTOPEN.
        14 => Meaning::Unavailable("the database file cannot be opened"),
        // TOOBIG.
        18 => Meaning::Unstorable,
        _ => Meaning::Other,
    }
}

/// The codes of <https://www.postgresql.org/docs/current/errcodes-appendix.html>: the first two characters are the
/// class.
fn postgres(code: &str) -> Meaning {
    match (code, code.get(..2).unwrap_or_default()) {
        // Data exception (too long, out of range, U+0000, …), and program limit exceeded.
        (_, "22" | "54") if code.len() == 5 => Meaning::Unstorable,
        // Serialization failure, deadlock.
        ("40001" | "40P01", _) => Meaning::Collision,
        // Cancelled by `statement_timeout`, idle in a transaction, transaction timeout.
        ("57014" | "25P03" | "25P04", _) => Meaning::Timeout,
        // `lock_timeout`.
        ("55P03", _) => Meaning::Locked,
        // Read only: a standby.
        ("25006", _) => Meaning::Unavailable(READ_ONLY),
        ("53100", _) => Meaning::Unavailable(FULL),
        ("53200", _) => Meaning::Unavailable("the database is out of memory"),
        ("53300", _) => Meaning::Unavailable("the database has no free connection"),
        // Connection lost, no resources, the server stops or starts, its disk fails.
        (_, "08" | "53" | "57" | "58") => Meaning::Unavailable(UNAVAILABLE),
        _ => Meaning::Other,
    }
}

/// Whether a row refers to a customer who has just been deleted by a merge: the next try finds the one who stays.
fn refers_to_gone(code: &str, constraint: Option<&str>) -> bool {
    code == "23503" && constraint.is_some_and(|name| name.ends_with("_customer_id_fkey"))
}

/// What went wrong outside of the database.
fn connection(error: &sqlx::Error) -> Meaning {
    match error {
        sqlx::Error::Io(_) => Meaning::Unavailable(LOST),
        sqlx::Error::PoolTimedOut => Meaning::Unavailable(BUSY),
        sqlx::Error::PoolClosed => Meaning::Unavailable(CLOSED),
        sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed
        | sqlx::Error::InvalidSavePointStatement => Meaning::Unavailable(UNAVAILABLE),
        _ => Meaning::Other,
    }
}

/// An error in the words of whoever found it, without the library's.
pub(crate) fn plain(error: &DbErr) -> String {
    match (database_error(error), error) {
        (Some(error), _) => error.message().to_owned(),
        (None, DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) => match cause {
            RuntimeErr::SqlxError(cause) => cause.to_string(),
            RuntimeErr::Internal(cause) => cause.clone(),
        },
        (None, other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_who_was_merged_is_looked_for_again() {
        assert!(refers_to_gone("23503", Some("orders_customer_id_fkey")));
        assert!(!refers_to_gone("23503", Some("orders_placed_by_agent_id_fkey")));
        assert!(!refers_to_gone("23505", Some("orders_customer_id_fkey")));
        assert!(!refers_to_gone("23503", None));
    }

    #[test]
    fn codes_are_told_apart() {
        for code in ["5", "6", "517", "261", "15", "7", "8", "1032", "10", "778", "4874", "13", "14", "270"] {
            assert!(matches!(sqlite(code), Meaning::Unavailable(_)), "{code}");
        }
        assert_eq!((sqlite("9"), sqlite("18")), (Meaning::Timeout, Meaning::Unstorable));
        for code in ["1", "11", "19", "275", "2067", "26", ""] {
            assert_eq!(sqlite(code), Meaning::Other, "{code}");
        }
        for code in ["08006", "08P01", "25006", "53100", "53200", "53300", "53400", "57P01", "57P03", "58030"] {
            assert!(matches!(postgres(code), Meaning::Unavailable(_)), "{code}");
        }
        for code in ["57014", "25P03", "25P04"] {
            assert_eq!(postgres(code), Meaning::Timeout, "{code}");
        }
        assert_eq!(postgres("55P03"), Meaning::Locked);
        assert_eq!((postgres("40001"), postgres("40P01")), (Meaning::Collision, Meaning::Collision));
        assert_eq!((postgres("22001"), postgres("54000")), (Meaning::Unstorable, Meaning::Unstorable));
        for code in ["23505", "42501", "42P01", "XX000", "", "1"] {
            assert_eq!(postgres(code), Meaning::Other, "{code}");
        }
    }
}
