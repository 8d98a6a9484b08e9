//! A limit on the size of files, which the write-ahead log of SQLite has reached: a write beyond it fails. It needs no
//! rights and fills no disk, and a checkpoint fails too where the database is larger than the log.

use std::{fs, time::Duration};

use crate::{process::Process, system::System, wait::until};

/// The limit for a log that is still short. The other files that the program writes are smaller.
const SMALLEST: u64 = 64 << 10;
/// A log that was begun anew is filled again first.
const FILLED: Duration = Duration::from_secs(30);

pub(super) fn strike(process: &mut Process, system: &System) -> Result<(), String> {
    let log = format!("{}-wal", system.url().trim_start_matches("sqlite://"));
    let size = fs::metadata(log).map_or(0, |metadata| metadata.len()).max(SMALLEST);
    let refused = system.load().refused();
    process.limit_files(Some(size))?;
    let noticed = until("a write is refused", FILLED, || {
        process.has_ended() || system.load().refused() > refused || system.load().has_failed()
    });
    if !process.has_ended() {
        process.limit_files(None)?;
    }
    noticed
}
