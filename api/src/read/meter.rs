//! What a request cost: statements, and bytes of its answer.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use service::{Error, Result};

/// The points of a statement.
const STATEMENT: u64 = 5;
/// The longest answer of a request, in bytes.
pub(crate) const MAX_BYTES: usize = 32 << 20;

/// The statements that one request took part in. A statement that serves several
/// requests at once counts once for each of them.
#[derive(Debug, Default)]
pub struct Meter {
    seen: Mutex<Vec<Statement>>,
    bytes: AtomicUsize,
    waits: AtomicBool,
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
    pub(crate) fn points(&self) -> u64 {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().map(|statement| u64::from(statement.rows) + STATEMENT).sum()
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

    /// Notes that `statement` answered a field of this request.
    pub(crate) fn saw(&self, statement: Statement) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // The newest ones are asked for most.
        if !seen.iter().rev().any(|other| *other == statement) {
            seen.push(statement);
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
