//! What a database says about itself, and what is done about a full disk.

use std::{io, time::Duration};

use sea_orm::{ConnectionTrait, Statement};
use tokio::{
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};

use super::{Database, condition::Condition};
use crate::{Error, Result, error::Outage};

/// How often it is looked whether there is room on the disk.
const EVERY: Duration = Duration::from_secs(10);

impl Database {
    /// Refuses while nothing can be written.
    pub async fn check(&self) -> Result<()> {
        self.check_file()?;
        self.condition.check()?;
        let Condition::Postgres(renewal, _) = &self.condition else { return Ok(()) };
        let sql = "SELECT current_setting('transaction_read_only') = 'on' AS is_read_only";
        let row = self.reader.query_one_raw(Statement::from_string(self.engine.backend(), sql)).await?;
        let row = row.ok_or_else(|| Error::internal("a SELECT without FROM has no row"))?;
        if row.try_get_by("is_read_only")? {
            renewal.ask();
            return Err(Error::Unavailable(Outage::read_only()));
        }
        Ok(())
    }

    /// Refuses the writes of clients while the disk of a SQLite database is full: what little room there is, is for the
    /// server's own.
    pub(crate) fn check_room(&self) -> Result<()> {
        self.condition.check_for_clients()
    }

    /// Keeps a reserve on the disk of a SQLite database, until it is dropped.
    pub async fn keep_room(self) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut has_failed = false;
        loop {
            ticks.tick().await;
            let made = self.make_room().await;
            if let Err(error) = &made
                && !has_failed
            {
                tracing::warn!("no reserve for a full disk can be made beside the database: {error}");
            }
            has_failed = made.is_err();
        }
    }

    /// Makes the reserve, if there is room and it is not there. While the disk is full, first writes what is in the log
    /// into the database, so that the log takes less.
    pub async fn make_room(&self) -> io::Result<()> {
        let Condition::Sqlite(Some(room)) = &self.condition else { return Ok(()) };
        if room.is_full()
            && let Err(error) = self.writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await
        {
            tracing::debug!("the log could not be written into the database: {error}");
        }
        let room = room.clone();
        spawn_blocking(move || room.restore()).await.map_err(io::Error::other)?
    }
}
