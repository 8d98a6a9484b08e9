//! Locks and the numbers of transactions, in the words of the engine. SQLite has one writer: it needs neither.

use std::{fmt, time::Duration};

use super::{Engine, Sql};

impl Sql {
    /// Adds what holds a name until the end of the transaction, where several can write at once.
    pub fn hold(&mut self, name: &str) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.push("pg_advisory_xact_lock(hashtextextended(").bind(name).push(", 0))"),
            Engine::Sqlite => self.push("1"),
        }
    }

    /// Adds what holds several names, in their order, each as [`hold`](Self::hold) does.
    pub fn hold_all(&mut self, names: &[&str]) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.push("pg_advisory_xact_lock(hashtextextended(k.id, 0)) FROM ").texts(names),
            Engine::Sqlite => self.push("1"),
        }
    }

    /// Adds whether nobody else holds a name, and holds it until the end of the transaction if so.
    pub fn hold_if_free(&mut self, name: &str) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.push("pg_try_advisory_xact_lock(hashtextextended(").bind(name).push(", 0))"),
            Engine::Sqlite => self.push("TRUE"),
        }
    }

    /// Adds the lock of the selected rows, where several can write at once. Keys stay, so that others may go on to refer
    /// to the rows.
    pub fn for_update(&mut self) -> &mut Self {
        self.push(if self.engine == Engine::Postgres { " FOR NO KEY UPDATE" } else { "" })
    }

    /// The same for the rows of `table` alone, where several are selected from.
    pub fn for_update_of(&mut self, table: impl fmt::Display) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.write(format_args!(" FOR NO KEY UPDATE OF {table}")),
            Engine::Sqlite => self,
        }
    }

    /// The same for rows that others may refer to, and lock so too: only who deletes or edits one waits for it.
    pub fn for_key_share(&mut self) -> &mut Self {
        self.push(if self.engine == Engine::Postgres { " FOR KEY SHARE" } else { "" })
    }

    /// Adds the lock of the selected rows of `table`, leaving out those that somebody else holds.
    pub fn for_update_skip_locked(&mut self, table: impl fmt::Display) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.write(format_args!(" FOR NO KEY UPDATE OF {table} SKIP LOCKED")),
            Engine::Sqlite => self,
        }
    }

    /// The same for rows that are to be deleted: nobody can refer to them any more either.
    pub fn for_deletion_skip_locked(&mut self) -> &mut Self {
        self.push(if self.engine == Engine::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" })
    }

    /// Adds how long the rest of the transaction waits for a lock, where several can write at once.
    pub fn lock_timeout(&mut self, longest: Duration) -> &mut Self {
        match self.engine {
            Engine::Postgres => {
                let millis = longest.as_millis().to_string();
                self.push("set_config('lock_timeout', ").bind(millis).push(", true)")
            }
            Engine::Sqlite => self.push("1"),
        }
    }

    /// Adds the number by which the events of the running transaction are ordered: its own id, or the largest id that
    /// had ended when this statement began, if that is larger. The statement must begin after the last wait for a lock.
    /// SQLite's writers come one after the other and need none.
    pub fn transaction_number(&mut self) -> &mut Self {
        self.push(match self.engine {
            Engine::Postgres => {
                "GREATEST(CAST(CAST(pg_current_xact_id() AS text) AS bigint), \
                 CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) - 1)"
            }
            Engine::Sqlite => "0",
        })
    }

    /// Adds the condition that a row of the log, or about one, stands in this relation to a place of it.
    pub(crate) fn stands(&mut self, operator: &str, transaction: i64, position: i64) -> &mut Self {
        match self.engine {
            // Where the position is the table's key, SQLite would read from the first row on for a row value. Its
            // events have no other transaction.
            Engine::Sqlite if transaction == 0 => {
                self.write(format_args!("transaction_number = 0 AND position {operator} ")).bind(position)
            }
            Engine::Sqlite | Engine::Postgres => self.stands_row(operator, transaction, position),
        }
    }

    /// The same as a comparison of row values.
    pub(crate) fn stands_row(&mut self, operator: &str, transaction: i64, position: i64) -> &mut Self {
        self.write(format_args!("(transaction_number, position) {operator} ("));
        self.bind(transaction).push(", ").bind(position).push(")")
    }

    /// Adds the number before which every transaction has ended.
    pub fn settled_transactions(&mut self) -> &mut Self {
        self.push(match self.engine {
            Engine::Postgres => "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)",
            Engine::Sqlite => "1",
        })
    }

    /// Adds the number that no transaction has had yet.
    pub fn next_transaction(&mut self) -> &mut Self {
        self.push(match self.engine {
            Engine::Postgres => "CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)",
            Engine::Sqlite => "1",
        })
    }
}
