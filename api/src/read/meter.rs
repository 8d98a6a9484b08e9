//! What a request cost in statements.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// The statements that one request took part in. A statement that serves several
/// requests at once counts once for each of them.
#[derive(Debug, Default)]
pub struct Meter {
    statements: Mutex<Vec<Statement>>,
    waits: AtomicBool,
}

/// The number of one executed statement, unique within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement(u64);

impl Statement {
    /// Numbers a statement that is about to run.
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Meter {
    /// How many statements so far.
    pub fn statements(&self) -> usize {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).len()
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
        let mut seen = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        // The newest ones are asked for most.
        if !seen.iter().rev().any(|other| *other == statement) {
            seen.push(statement);
        }
    }
}
