//! The time of the database: of several machines that share one, only it knows the time of all.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, Statement};

use super::{Database, Engine, Sql, Transaction};
use crate::{Error, Result, clock::Clock};

impl Sql {
    /// Adds the time of the database, or the time some whole seconds before it. SQLite's is that of this machine.
    pub(crate) fn database_time(&mut self, ago: TimeDelta) -> &mut Self {
        match self.engine {
            Engine::Postgres => {
                self.write(format_args!("(clock_timestamp() - {} * INTERVAL '1 second')", ago.num_seconds()))
            }
            Engine::Sqlite => self.bind(Utc::now().trunc_subsecs(6).checked_sub_signed(ago)),
        }
    }
}

impl Database {
    /// How far a clock is from that of the database, at least: half of the time that the question took is taken off.
    pub(crate) async fn skew(&self, txn: &Transaction, clock: &Clock) -> Result<Duration> {
        if self.engine == Engine::Sqlite {
            return Ok(Duration::ZERO);
        }
        let asked = Statement::from_string(self.engine.backend(), "SELECT clock_timestamp() AS now");
        let before = clock.now();
        let row = txn.query_one_raw(asked).await?;
        let after = clock.now();
        let row = row.ok_or_else(|| Error::internal("a SELECT without FROM has no row"))?;
        let now: DateTime<Utc> = row.try_get_by("now")?;
        // One of the two is negative, unless the answer was made within the time that it took.
        Ok((before - now).max(now - after).to_std().unwrap_or_default())
    }
}
