//! What processes tell each other through the database: PostgreSQL carries it, SQLite does not.

use sea_orm::{ConnectionTrait, Statement};
use sqlx::postgres::{PgListener, PgPoolOptions};

use super::{Database, Engine, connect::unavailable};
use crate::Result;

const CHANNEL: &str = "vividwalls";

/// Hears what any process tells, this one too.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Database {
    /// Tells all processes of this database something short. A transaction of its own: in one that writes it would
    /// hold up all others that tell something.
    pub async fn tell(&self, message: &str) -> Result<()> {
        if self.engine == Engine::Postgres {
            let values = [CHANNEL.into(), message.into()];
            let tell = Statement::from_sql_and_values(self.engine.backend(), "SELECT pg_notify($1, $2)", values);
            self.reader.query_one_raw(tell).await?;
        }
        Ok(())
    }

    /// Begins to hear, on a connection of its own; nothing where the engine has no such thing.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        if self.engine == Engine::Sqlite {
            return Ok(None);
        }
        let options = self.reader.get_postgres_connection_pool().connect_options();
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let pool = pool.connect_with(options.as_ref().clone()).await.map_err(unavailable)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(unavailable)?;
        listener.listen(CHANNEL).await.map_err(unavailable)?;
        Ok(Some(Listener(listener)))
    }
}

impl Listener {
    /// What is told next; nothing when the connection broke and is there again: something may have been missed.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let told = self.0.try_recv().await.map_err(unavailable)?;
        Ok(told.map(|told| told.payload().to_owned()))
    }
}
