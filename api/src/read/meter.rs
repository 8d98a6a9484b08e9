//! What a request cost: statements, and bytes of its answer.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use service::{Error, Result};

/// The points of a statement.
const STATEMENT: u64 = 5;
/// The most statements that a request takes part in.
pub(crate) const MAX_STATEMENTS: usize = 300;
/// The longest answer of a request, in bytes.
pub(crate) const MAX_BYTES: usize = 32 << 20;

/// The statements that one request took part in. A statement that serves several
/// requests at once counts once for each of them, its rows only for those who got them.
#[derive(Debug, Default)]
pub struct Meter {
    seen: Mutex<Vec<Seen>>,
    bytes: AtomicUsize,
    waits: AtomicBool,
}

/// A statement that a request took part in.
#[derive(Debug)]
struct Seen {
    statement: Statement,
    /// The rows of it that the request got. Where several fields got the same one, it counts for each.
    rows: u32,
}

/// The number of one executed statement, unique within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    number: u64,
    rows: u32,
}

impl Statement {
    /// Numbers a statement that is about to run.
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), rows: 0 }
    }
}

impl Statement {
    /// Says how many rows it found.
    pub(crate) fn found(self, rows: usize) -> Self {
        Self { rows: u32::try_from(rows).unwrap_or(u32::MAX), ..self }
    }
}

impl Meter {
    /// What they cost in points: rows, and something for each statement.
    pub fn points(&self) -> u64 {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Of what it read, nobody gets more than there is.
        seen.iter().map(|seen| u64::from(seen.rows.min(seen.statement.rows)) + STATEMENT).sum()
    }

    /// How many statements so far.
    pub fn statements(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Notes that the client asked to wait: how long the request takes says nothing of the server.
    pub fn wait(&self) {
        self.waits.store(true, Ordering::Relaxed);
    }

    /// Whether the client asked to wait.
    pub fn waits(&self) -> bool {
        self.waits.load(Ordering::Relaxed)
    }

    /// Notes that a field of this request got `rows` rows from `statement`. Refuses more than [`MAX_STATEMENTS`].
    pub(crate) fn saw(&self, statement: Statement, rows: usize) -> Result<()> {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // The newest ones are asked for most.
        match all.iter_mut().rev().find(|seen| seen.statement == statement) {
            Some(seen) => seen.rows = seen.rows.saturating_add(rows),
            None => all.push(Seen { statement, rows }),
        }
        match all.len() > MAX_STATEMENTS {
            true => Err(Error::limit(format!(
                "the request needs more than {MAX_STATEMENTS} SQL statements: ask for less at once"
            ))),
            false => Ok(()),
        }
    }

    /// Counts a part of the answer. Refuses when the whole becomes too long.
    pub(crate) fn wrote(&self, bytes: usize) -> Result<()> {
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > MAX_BYTES { Err(too_long()) } else { Ok(()) }
    }
}

/// The error of an answer that is too long.
pub(crate) fn too_long() -> Error {
    Error::limit(format!("the answer is longer than {MAX_BYTES} bytes: ask for fewer rows or fields"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_shares_a_statement_pays_for_its_own_rows() -> Result<()> {
        let statement = Statement::next().found(10);
        let (one, other) = (Meter::default(), Meter::default());
        one.saw(statement, 3)?;
        one.saw(statement, 0)?;
        other.saw(statement, 7)?;
        assert_eq!((one.points(), other.points()), (STATEMENT + 3, STATEMENT + 7));
        // Two fields with the same rows.
        other.saw(statement, 7)?;
        assert_eq!((other.points(), other.statements()), (STATEMENT + 10, 1));
        other.saw(Statement::next().found(1), 1)?;
        assert_eq!((other.points(), other.statements()), (2 * STATEMENT + 11, 2));
        Ok(())
    }
}
