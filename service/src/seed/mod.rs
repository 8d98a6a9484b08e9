//! Filling a database with made-up rows: the same `now` and seed give the same rows, ids included.
//!
//! - [`demo()`]: the small house of agents that a newcomer walks through.
//! - [`scale()`]: a great many plain rows for load trials.
//!
//! Both are consistent by every rule of [`consistency`](crate::consistency).

mod scale;

use chrono::{DateTime, Utc};

pub use scale::{Plan, Progress};

use crate::{Result, database::Database};

/// Whether no table of the domain has a row.
pub async fn is_empty(_db: &Database) -> Result<bool> {
    Ok(false)
}

/// Plants the demo house into an empty database, all of it or nothing.
///
/// `None` when the database was not empty: then nothing was written. Of several processes that
/// plant at once, one does and the others see `None`.
pub async fn demo(_db: &Database, _now: DateTime<Utc>) -> Result<Option<Summary>> {
    Ok(None)
}

/// Adds the rows of a load trial to a migrated database, empty or not.
///
/// It writes in bounded transactions, so that a run that is stopped leaves what it had written, totals
/// included that its missing rows no longer justify. The same seed is refused a second time.
pub async fn scale(
    _db: &Database,
    _plan: &Plan,
    _now: DateTime<Utc>,
    _progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Summary> {
    Ok(Summary::default())
}

/// How many rows were written, by table, in the order of writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Table name and rows.
    pub rows: Vec<(&'static str, u64)>,
}

impl Summary {
    /// The rows of all tables together.
    pub fn total(&self) -> u64 {
        self.rows.iter().map(|(_, rows)| rows).sum()
    }
}
