//! How many connections there are.

use sea_orm::DatabaseConnection;

use super::{Database, Engine, Queries};
use crate::measures::{LANES, Pool};

/// The connections of a pool, at this moment.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// What they are for: `query`, `server` or `write`.
    pub pool: &'static str,
    /// Those that nobody uses.
    pub idle: usize,
    /// Those in use.
    pub used: usize,
}

impl Connections {
    fn new(pool: Pool, (all, idle): (u32, usize)) -> Self {
        let all = usize::try_from(all).unwrap_or(usize::MAX);
        // The two were not asked at the same moment.
        Self { pool: pool.name(), idle: idle.min(all), used: all.saturating_sub(idle) }
    }
}

impl Database {
    /// How many statements of queries wait for their turn now, by the name of their lane.
    pub fn waiting(&self) -> [(&'static str, usize); 2] {
        let [light, heavy] = match &self.queries {
            Queries::Sqlite(lane) => lane.waiting(),
            Queries::Postgres(lane) => lane.waiting(),
        };
        [(LANES[0], light), (LANES[1], heavy)]
    }

    /// How many connections there are now. No statement is run.
    pub fn connections(&self) -> Vec<Connections> {
        let size = |connections: &DatabaseConnection| match self.engine {
            Engine::Sqlite => {
                let pool = connections.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
            Engine::Postgres => {
                let pool = connections.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        let queries = match &self.queries {
            Queries::Sqlite(lane) => lane.size(),
            Queries::Postgres(lane) => lane.size(),
        };
        let mut pools =
            vec![Connections::new(Pool::Query, queries), Connections::new(Pool::Server, size(&self.reader))];
        pools.push(Connections::new(Pool::Write, size(&self.writer)));
        pools
    }
}
