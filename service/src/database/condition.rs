//! What writes that failed say about the database.

use super::{full::FullDisk, renewal::Renewal, room::Room};
use crate::{Error, Result, error::Outage};

/// What is known about a database from what happened to its writes. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// A file, or none in memory.
    Sqlite(Option<Room>),
    /// A server.
    Postgres(Renewal, FullDisk),
}

impl Condition {
    /// Notes that something could not be written.
    pub(super) fn failed(&self, error: &Error) {
        let Error::Unavailable(outage) = error else { return };
        match self {
            Self::Sqlite(Some(room)) if outage.is_full() => room.give_up(),
            Self::Postgres(_, disk) if outage.is_full() => disk.note(),
            Self::Postgres(renewal, _) if outage.is_read_only() => renewal.ask(),
            _ => {}
        }
    }

    /// Notes that a transaction was committed, and whether it is known to have written something.
    pub(super) fn succeeded(&self, has_written: bool) {
        match self {
            Self::Sqlite(Some(room)) => room.written(),
            // A commit without changes needs no room there.
            Self::Postgres(_, disk) if has_written => disk.written(),
            _ => {}
        }
    }

    /// Refuses while the disk is full.
    pub(super) fn check(&self) -> Result<()> {
        let is_full = match self {
            Self::Sqlite(room) => room.as_ref().is_some_and(Room::is_full),
            Self::Postgres(_, disk) => disk.is_full(),
        };
        if is_full { Err(Error::Unavailable(Outage::full())) } else { Ok(()) }
    }

    /// Refuses while the disk is full and what was given up for it is kept for the server's own work.
    pub(super) fn check_for_clients(&self) -> Result<()> {
        match self {
            Self::Sqlite(Some(room)) if room.has_reserve() => self.check(),
            _ => Ok(()),
        }
    }
}
