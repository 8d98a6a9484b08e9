//! Writes that go to the database together.

use chrono::{DateTime, Utc};

use super::{Engine, Sql};

/// Writes that nobody needs an answer of. PostgreSQL gets them as one statement, in one round trip; then none of them
/// sees what another one does, and no two may write the same row.
#[derive(Debug)]
pub struct Batch {
    engine: Engine,
    now: DateTime<Utc>,
    writes: usize,
    statements: Vec<Sql>,
}

impl Batch {
    /// Nothing to write yet.
    pub fn new(engine: Engine, now: DateTime<Utc>) -> Self {
        Self { engine, now, writes: 0, statements: Vec::new() }
    }

    /// Adds a statement.
    pub fn add(&mut self, write: impl FnOnce(&mut Sql)) {
        let name = format_args!("w{}", self.writes);
        match (self.engine, self.statements.last_mut()) {
            (Engine::Postgres, Some(sql)) => {
                sql.write(format_args!(", {name} AS ("));
                write(sql);
                sql.push(")");
            }
            (Engine::Postgres, None) => {
                let mut sql = Sql::new(self.engine).at(self.now);
                sql.write(format_args!("WITH {name} AS ("));
                write(&mut sql);
                sql.push(")");
                self.statements.push(sql);
            }
            (Engine::Sqlite, _) => {
                let mut sql = Sql::new(self.engine).at(self.now);
                write(&mut sql);
                self.statements.push(sql);
            }
        }
        self.writes += 1;
    }

    /// Takes the statements that do it all, in their order.
    pub fn take(&mut self) -> impl Iterator<Item = Sql> + use<> {
        self.writes = 0;
        let is_joined = self.engine == Engine::Postgres;
        std::mem::take(&mut self.statements).into_iter().map(move |mut sql| {
            if is_joined {
                sql.push(" SELECT 1");
            }
            sql
        })
    }
}
