//! Where the database is and how it is used.

use std::{fmt, path::Path, str::FromStr, time::Duration};

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

/// How to open a database and how much it may be asked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is.
    pub url: DatabaseUrl,
    /// Whether a SQLite file that is missing is made, with its folder.
    pub create: bool,
    /// Connections for queries, and as many for mutations. PostgreSQL gets two more; SQLite has one for mutations.
    pub connections: u32,
    /// How long a caller waits for a free connection, or SQLite for its write lock.
    pub acquire_timeout: Duration,
    /// How long PostgreSQL works on one statement of a mutation before it gives up; zero for ever.
    pub statement_timeout: Duration,
    /// How long either engine works on one statement of a query before it gives up; zero for ever.
    pub query_timeout: Duration,
    /// How long a connection to PostgreSQL rests before it is tried whether it still is one.
    pub trusted: Duration,
    /// Whether each statement is told to `tracing`, as an event of `sqlx::query`.
    pub log_statements: bool,
    /// The size of the file that is given up when SQLite's disk is full, in bytes; zero for none.
    pub reserve: u64,
}

impl Settings {
    /// The settings that serve when nothing else is said.
    pub fn new(url: DatabaseUrl) -> Self {
        Self {
            url,
            create: false,
            connections: 8,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            query_timeout: Duration::from_secs(10),
            trusted: Duration::from_secs(1),
            log_statements: false,
            reserve: 0,
        }
    }
}

/// `sqlite://path` or `postgres://user:password@host:port/name?sslmode=…`.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file, or `sqlite::memory:`.
    Sqlite(SqliteConnectOptions),
    /// A server.
    Postgres {
        /// How to reach it.
        options: PgConnectOptions,
        /// Whether the URL has a password.
        has_password: bool,
    },
}

impl DatabaseUrl {
    /// The file of a SQLite database.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(options) => Some(options.get_filename()),
            Self::Postgres { .. } => None,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let wrong = |error: sqlx::Error| match error {
            sqlx::Error::Configuration(reason) => reason.to_string(),
            other => other.to_string(),
        };
        match url.split(':').next().unwrap_or_default() {
            "sqlite" => {
                let options: SqliteConnectOptions = url.parse().map_err(wrong)?;
                match options.get_filename().as_os_str().is_empty() {
                    true => Err("names no file: write sqlite://PATH".to_owned()),
                    false => Ok(Self::Sqlite(options)),
                }
            }
            "postgres" | "postgresql" => {
                if is_ambiguous(url) {
                    return Err("is ambiguous, it has more than one @: write @, / and : in a user or password as %40, %2F and %3A".to_owned());
                }
                Ok(Self::Postgres { options: url.parse().map_err(wrong)?, has_password: has_password(url) })
            }
            _ => Err("must begin with sqlite:// or postgres://".to_owned()),
        }
    }
}

/// A password with `/` and `@` as they are: the first would end it, and its rest be taken for the host and shown.
fn is_ambiguous(url: &str) -> bool {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let place = rest.split('?').next().unwrap_or_default();
    place.split_once(['/', '#']).is_some_and(|(_, path)| path.contains('@')) || place.matches('@').count() > 1
}

/// A password stands before the host, or among the parameters.
fn has_password(url: &str) -> bool {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = place.split('/').next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    let before = user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty());
    before || parameters.split('&').any(|parameter| parameter.starts_with("password="))
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(options) => write!(f, "sqlite://{}", options.get_filename().display()),
            Self::Postgres { options, has_password } => {
                let password = if *has_password { ":***" } else { "" };
                let (user, name) = (options.get_username(), options.get_database().unwrap_or_default());
                match options.get_socket() {
                    Some(folder) => write!(f, "postgres://{user}{password}@/{name}?host={}", folder.display()),
                    None => {
                        write!(f, "postgres://{user}{password}@{}:{}/{name}", options.get_host(), options.get_port())
                    }
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_password_that_was_given_is_masked() {
        for (url, shown) in [
            ("postgres://me:secret@db/shop", "postgres://me:***@db:5432/shop"),
            ("postgres://me@db:5433/shop?sslmode=disable", "postgres://me@db:5433/shop"),
            ("postgres://me@db/shop?password=secret", "postgres://me:***@db:5432/shop"),
            ("postgres://me@localhost/shop?host=/run/pg", "postgres://me@/shop?host=/run/pg"),
            ("sqlite://./data/shop.db", "sqlite://./data/shop.db"),
        ] {
            assert_eq!(url.parse::<DatabaseUrl>().map(|url| url.to_string()), Ok(shown.to_owned()));
        }
        for wrong in [
            "sqlite://",
            "sqlite:",
            "mysql://x",
            "shop.db",
            "postgres://me:p@ss/word@db/shop",
            "postgres://me:pass/word@db/shop",
            "postgres://me:p@ss@db/shop",
        ] {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
    }
}
