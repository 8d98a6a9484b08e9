//! What writes that failed say about the database.

use super::{renewal::Renewal, room::Room};
use crate::{Error, Result, error::Outage};

/// What is known about a database from what happened to its writes. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// A file, or none in memory.
    Sqlite(Option<Room>),
    /// A server.
    Postgres(Renewal),
}

impl Condition {
    /// Notes that something could not be written.
    pub(super) fn failed(&self, error: &Error) {
        let Error::Unavailable(outage) = error else { return };
        match self {
            Self::Sqlite(Some(room)) if outage.is_full() => room.give_up(),
            Self::Postgres(renewal) if outage.is_read_only() => renewal.ask(),
            _ => {}
        }
    }

    /// Notes that something was written.
    pub(super) fn succeeded(&self) {
        if let Self::Sqlite(Some(room)) = self {
            room.written();
        }
    }

    /// Refuses while the disk is full.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Sqlite(Some(room)) if room.is_full() => Err(Error::Unavailable(Outage::full())),
            _ => Ok(()),
        }
    }

    /// Refuses while the disk is full and what was given up for it is kept for the server's own work.
    pub(super) fn check_for_clients(&self) -> Result<()> {
        match self {
            Self::Sqlite(Some(room)) if room.has_reserve() => self.check(),
            _ => Ok(()),
        }
    }
}
