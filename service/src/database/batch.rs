//! Writes that go to the database together.

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::{
    Column, Engine, Sql,
    records::Records,
    waiting::{Act, Waiting},
};

/// Writes that nobody needs an answer of. PostgreSQL gets them as one statement, in one round trip; then none of them
/// sees what another one does, and no two may write the same row. Rows that are inserted into a table, or updated in it,
/// are one write, however many ask for it, and the last update of a row counts.
#[derive(Debug)]
pub struct Batch {
    engine: Engine,
    now: DateTime<Utc>,
    /// How many were asked for, those that were taken too.
    added: usize,
    writes: usize,
    statements: Vec<Sql>,
    waiting: Vec<Waiting>,
}

impl Batch {
    /// Nothing to write yet.
    pub fn new(engine: Engine, now: DateTime<Utc>) -> Self {
        Self { engine, now, added: 0, writes: 0, statements: Vec::new(), waiting: Vec::new() }
    }

    /// How many writes were ever asked for.
    pub(crate) fn added(&self) -> usize {
        self.added
    }

    /// Adds a statement.
    pub fn add(&mut self, write: impl FnOnce(&mut Sql)) {
        self.added += 1;
        self.push(write);
    }

    /// Adds rows to a table; `same` is what all of them have.
    pub(crate) fn insert<'a, T: 'a>(
        &mut self,
        table: &'static str,
        columns: &[Column<T>],
        same: &[(&'static str, Value)],
        records: impl Records<'a, T>,
    ) {
        match self.engine {
            Engine::Sqlite => self.add(|sql| {
                sql.insert(table, columns, same, records);
            }),
            Engine::Postgres => self.wait(Act::Insert, table, columns, same, records),
        }
    }

    /// Updates rows of a table, each found by the first column; `same` is what all of them get.
    pub(crate) fn update<'a, T: 'a>(
        &mut self,
        table: &'static str,
        columns: &[Column<T>],
        same: &[(&'static str, Value)],
        records: impl Records<'a, T>,
    ) {
        match self.engine {
            Engine::Sqlite => self.add(|sql| {
                sql.update(table, columns, same, records);
            }),
            Engine::Postgres => self.wait(Act::Update, table, columns, same, records),
        }
    }

    /// Takes the statements that do it all, in their order.
    pub fn take(&mut self) -> impl Iterator<Item = Sql> + use<> {
        for waiting in std::mem::take(&mut self.waiting) {
            self.push(|sql| waiting.write(sql));
        }
        self.writes = 0;
        let is_joined = self.engine == Engine::Postgres;
        std::mem::take(&mut self.statements).into_iter().map(move |mut sql| {
            if is_joined {
                sql.push(" SELECT 1");
            }
            sql
        })
    }

    /// Statements of one transaction see each other on SQLite, where their order is that of asking. On PostgreSQL it
    /// does not matter.
    fn wait<'a, T: 'a>(
        &mut self,
        act: Act,
        table: &'static str,
        columns: &[Column<T>],
        same: &[(&'static str, Value)],
        records: impl Records<'a, T>,
    ) {
        self.added += 1;
        match self.waiting.iter_mut().find(|waiting| waiting.takes(act, table, columns, same)) {
            Some(waiting) => waiting.add(columns, records),
            None => {
                let mut waiting = Waiting::new(act, table, columns, same);
                waiting.add(columns, records);
                self.waiting.push(waiting);
            }
        }
    }

    fn push(&mut self, write: impl FnOnce(&mut Sql)) {
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
}
