//! What the files of a SQLite database take.

use super::Database;

/// The disk under a database file.
#[derive(Clone, Copy, Debug)]
pub struct Disk {
    /// The size of the write-ahead log, in bytes.
    pub log: u64,
    /// What is left for this program, in bytes; none where the system does not say.
    pub free: Option<u64>,
}

impl Database {
    /// What the database's files take; none where it has none of its own. It asks the file system, which may block.
    pub fn disk(&self) -> Option<Disk> {
        let path = self.file.as_ref()?.path();
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let log = std::fs::metadata(log).map_or(0, |metadata| metadata.len());
        let free = rustix::fs::statvfs(path).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        Some(Disk { log, free })
    }
}
