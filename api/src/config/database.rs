//! Where the database is.

use std::time::Duration;

use clap::Args;
use service::database::{DatabaseUrl, Settings};

use super::value;

/// Where the database is and how it is used.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Database")]
pub struct DatabaseArgs {
    /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=…`; a SQLite file is created when it is missing
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        default_value = "sqlite://./data/vividwalls.db",
        hide_env_values = true
    )]
    pub database_url: String,

    /// The most connections this process holds
    #[arg(
        long,
        env = "VIVIDWALLS_DATABASE_CONNECTIONS",
        value_name = "COUNT",
        default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(1..=1000)
    )]
    pub database_connections: u32,

    /// How long to wait for a free connection, or SQLite for its write lock
    #[arg(
        long,
        env = "VIVIDWALLS_ACQUIRE_TIMEOUT",
        value_name = "TIME",
        default_value = "10s",
        value_parser = value::positive_duration
    )]
    pub acquire_timeout: Duration,

    /// How long PostgreSQL works on one statement before it gives up; 0 for no end
    #[arg(
        long,
        env = "VIVIDWALLS_STATEMENT_TIMEOUT",
        value_name = "TIME",
        default_value = "30s",
        value_parser = value::duration
    )]
    pub statement_timeout: Duration,
}

impl DatabaseArgs {
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
            ..Settings::new(url)
        })
    }
}
