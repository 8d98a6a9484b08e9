//! Where the database is and how it is used.

use std::{fmt, str::FromStr, time::Duration};

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

/// How to open a database and how much it may be asked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is.
    pub url: DatabaseUrl,
    /// The most connections this process holds.
    pub connections: u32,
    /// How long a caller waits for a free connection, or SQLite for its write lock.
    pub acquire_timeout: Duration,
    /// How long PostgreSQL works on one statement before it gives up; zero for ever.
    pub statement_timeout: Duration,
    /// How long a connection to PostgreSQL rests before it is tried whether it still is one.
    pub trusted: Duration,
}

impl Settings {
    /// The settings that serve when nothing else is said.
    pub fn new(url: DatabaseUrl) -> Self {
        Self {
            url,
            connections: 8,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            trusted: Duration::from_secs(1),
        }
    }
}

/// `sqlite://path` or `postgres://user:password@host:port/name?sslmode=…`.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file, or `sqlite::memory:`.
    Sqlite(SqliteConnectOptions),
    /// A server.
    Postgres(PgConnectOptions),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" => url.parse().map(Self::Sqlite).map_err(|error: sqlx::Error| error.to_string()),
            "postgres" | "postgresql" => {
                url.parse().map(Self::Postgres).map_err(|error: sqlx::Error| error.to_string())
            }
            _ => Err("must begin with sqlite:// or postgres://".to_owned()),
        }
    }
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(options) => write!(f, "sqlite://{}", options.get_filename().display()),
            Self::Postgres(options) => write!(
                f,
                "postgres://{}:***@{}:{}/{}",
                options.get_username(),
                options.get_host(),
                options.get_port(),
                options.get_database().unwrap_or_default()
            ),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
