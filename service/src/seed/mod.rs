//! Filling a database with made-up rows: the same `now` and seed give the same rows, ids included.
//!
//! - [`demo()`]: the small shop with its agents that a newcomer walks through.
//! - [`scale()`]: a great many plain rows for load tests.
//!
//! Both are consistent by every rule of [`consistency`](crate::consistency).

mod demo;
mod ids;
pub(crate) mod rng;
mod rows;
mod scale;
mod tasks;

use chrono::{DateTime, Utc};
use sea_orm::SqlErr;

pub use scale::{Plan, Progress};

use crate::{Error, Result, database::Database};

/// Whether no table of the domain has a row.
pub async fn is_empty(db: &Database) -> Result<bool> {
    rows::is_empty(db.reader()).await
}

/// Writes the demo data into an empty database, all of it or nothing.
///
/// `None` when the database was not empty: then nothing was written. Of several processes that
/// write at once, one does and the others see `None`.
pub async fn demo(db: &Database, now: DateTime<Utc>) -> Result<Option<Summary>> {
    let txn = db.begin().await?;
    if !rows::is_empty(&*txn).await? {
        return Ok(None);
    }
    let mut summary = Summary::default();
    match demo::build(now).write(&*txn, &mut summary).await {
        Ok(()) => {}
        // The agents come first and their names are unique: a second process waits there for the first.
        Err(error) if is_taken(&error) => return Ok(None),
        Err(error) => return Err(error),
    }
    txn.commit().await?;
    Ok(Some(summary))
}

/// Adds the rows of a load test to a migrated database, empty or not.
///
/// It writes in bounded transactions, so that a run that is stopped leaves what it had written, totals
/// included that its missing rows no longer justify. The same seed is refused a second time.
pub async fn scale(
    db: &Database,
    plan: &Plan,
    now: DateTime<Utc>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Summary> {
    scale::fill(db, plan, now, progress).await
}

/// Whether a unique key refused the row.
fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Database(cause) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
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

    fn add(&mut self, table: &'static str, count: u64) {
        match self.rows.iter_mut().find(|(name, _)| *name == table) {
            Some((_, rows)) => *rows += count,
            None => self.rows.push((table, count)),
        }
    }
}
