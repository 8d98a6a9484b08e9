//! Where the database is.

use std::time::Duration;

use clap::Args;
use service::database::{DatabaseUrl, Settings};

use super::value;

/// The database of whoever names none.
pub(crate) const DEFAULT_URL: &str = "sqlite://./data/vividwalls.db";
const VARIABLE: &str = "DATABASE_URL";

/// Where the database is and how it is used.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Database")]
pub struct DatabaseArgs {
    /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=…`; `serve` and `migrate up` create a missing SQLite file
    #[arg(
        long,
        env = VARIABLE,
        value_name = "URL",
        default_value = DEFAULT_URL,
        hide_env_values = true
    )]
    pub database_url: String,

    /// Maximum number of database connections for queries, and for mutations as many
    #[arg(
        long,
        env = "VIVIDWALLS_DATABASE_CONNECTIONS",
        value_name = "COUNT",
        default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(1..=1000)
    )]
    pub database_connections: u32,

    /// How long to wait for a free connection, or for SQLite's write lock
    #[arg(
        long,
        env = "VIVIDWALLS_ACQUIRE_TIMEOUT",
        value_name = "TIME",
        default_value = "10s",
        value_parser = value::positive_duration
    )]
    pub acquire_timeout: Duration,

    /// Time limit for one SQL statement of a mutation on PostgreSQL; 0 for no limit
    #[arg(
        long,
        env = "VIVIDWALLS_STATEMENT_TIMEOUT",
        value_name = "TIME",
        default_value = "30s",
        value_parser = value::duration
    )]
    pub statement_timeout: Duration,

    /// Time limit for one SQL statement of a query; 0 for no limit
    #[arg(
        long,
        env = "VIVIDWALLS_QUERY_TIMEOUT",
        value_name = "TIME",
        default_value = "10s",
        value_parser = value::duration
    )]
    pub query_timeout: Duration,

    /// Size of a file beside a SQLite database that is given up when the disk is full, so that the server can remove old rows; 0 for none
    #[arg(
        long,
        env = "VIVIDWALLS_DISK_RESERVE",
        value_name = "BYTES",
        default_value = "64MiB",
        value_parser = value::size_or_none
    )]
    pub disk_reserve: usize,
}

impl DatabaseArgs {
    /// Whether it is the database of whoever names none.
    pub fn is_default(&self) -> bool {
        self.database_url == DEFAULT_URL
    }

    /// What another command needs to find the same database: the flag, unless the default or the environment say it.
    /// A password is masked.
    pub fn flag(&self) -> String {
        let Ok(settings) = self.settings() else { return String::new() };
        if self.is_default() || std::env::var(VARIABLE).is_ok_and(|url| url == self.database_url) {
            return String::new();
        }
        let url = settings.url.to_string();
        let is_plain = url.chars().all(|character| character.is_ascii_alphanumeric() || ":/._-@".contains(character));
        if is_plain { format!(" --database-url {url}") } else { format!(" --database-url '{url}'") }
    }

    /// What the database is opened with; else what is wrong with a setting, without its secrets.
    pub fn settings(&self) -> Result<Settings, String> {
        let url: DatabaseUrl = self
            .database_url
            .parse()
            .map_err(|reason| format!("invalid value for '--database-url <URL>' (DATABASE_URL): {reason}"))?;
        Ok(Settings {
            connections: self.database_connections,
            acquire_timeout: self.acquire_timeout,
            statement_timeout: self.statement_timeout,
            query_timeout: self.query_timeout,
            reserve: self.disk_reserve as u64,
            ..Settings::new(url)
        })
    }
}
