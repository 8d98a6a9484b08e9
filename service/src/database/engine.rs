//! What the two engines write differently.

/// The database engine behind a [`Database`](super::Database).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded: one file, one writer.
    Sqlite,
    /// A server that many processes share.
    Postgres,
}
