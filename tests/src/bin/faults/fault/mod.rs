//! What goes wrong: a file for each fault, which is over when it returns.

mod database_gone;
mod disk_full;
mod kill;
mod reset_in_commit;
mod stop;

use clap::ValueEnum;
use tests::Engine;

use super::{process::Process, system::System};

/// One kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    /// The program is killed and started again.
    Kill,
    /// The program stands still for longer than a lease.
    Stop,
    /// No file of SQLite can grow any more.
    DiskFull,
    /// PostgreSQL crashes, and is started again after a while.
    DatabaseGone,
    /// The connection to PostgreSQL is lost while a transaction is committed.
    ResetInCommit,
}

impl Fault {
    /// Makes it happen to a program, which may have ended afterwards.
    pub(crate) fn strike(self, process: &mut Process, system: &System) -> Result<(), String> {
        match self {
            Self::Kill => kill::strike(process),
            Self::Stop => stop::strike(process),
            Self::DiskFull => disk_full::strike(process, system),
            Self::DatabaseGone => database_gone::strike(system),
            Self::ResetInCommit => reset_in_commit::strike(process, system),
        }
    }

    /// Why it cannot happen on an engine.
    pub(crate) fn misfit(self, engine: Engine) -> Option<&'static str> {
        match (self, engine) {
            (Self::DiskFull, Engine::Postgres) => Some("its processes would need a disk of their own"),
            (Self::DatabaseGone | Self::ResetInCommit, Engine::Sqlite) => Some("its database is a file"),
            _ => None,
        }
    }

    /// The codes of errors that a client may be answered meanwhile.
    pub(crate) fn codes(self) -> &'static [&'static str] {
        match self {
            // Nothing takes long here.
            Self::ResetInCommit => &["UNAVAILABLE", "OVERLOADED", "THROTTLED"],
            _ => &["UNAVAILABLE", "OVERLOADED", "THROTTLED", "TIMEOUT"],
        }
    }

    /// Whether clients may lose their connections.
    pub(crate) fn breaks_connections(self) -> bool {
        matches!(self, Self::Kill | Self::Stop)
    }
}
