//! The two engines.

use sea_orm::DbBackend;

/// The database engine behind a [`Database`](super::Database).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded: one file, one writer.
    Sqlite,
    /// A server that many processes share.
    Postgres,
}

impl Engine {
    /// Whether a transaction that writes is the only one, so that it waits for no row.
    pub fn has_one_writer(self) -> bool {
        self == Self::Sqlite
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    pub(super) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}
