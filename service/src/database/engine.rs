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
    pub(super) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}
