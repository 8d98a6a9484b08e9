//! Room on the disk of a SQLite database.
//!
//! A file beside the database takes room that nobody needs. When the disk is full it is given up: then the write-ahead
//! log can be written into the database, and what is old can be removed. It is made again when there is room.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::file::PRIVATE;

/// How much is written at once.
const PIECE: usize = 1 << 20;
/// Without a reserve, so much free space is room again.
const ENOUGH: u64 = 16 << 20;

/// The room of one database. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    reserve: PathBuf,
    /// The size of the reserve; zero for none.
    size: u64,
    is_full: AtomicBool,
}

impl Room {
    /// The room beside a database, as after writes that went well. Nothing is made yet.
    pub(super) fn beside(database: &Path, size: u64) -> Self {
        let mut reserve = OsString::from(database);
        reserve.push("-reserve");
        Self(Arc::new(Inner { reserve: reserve.into(), size, is_full: AtomicBool::new(false) }))
    }

    pub(super) fn has_reserve(&self) -> bool {
        self.0.size > 0
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.is_full.load(Ordering::Acquire)
    }

    /// Notes that the disk is full, and gives the reserve up.
    pub(super) fn give_up(&self) {
        if self.0.is_full.swap(true, Ordering::AcqRel) {
            return;
        }
        match std::fs::remove_file(&self.0.reserve) {
            Ok(()) => tracing::error!(
                "the disk is full: its reserve was given up, and the writes of clients are refused until there is room"
            ),
            Err(_) => tracing::error!("the disk is full"),
        }
    }

    /// Notes that something was written. Where there is a reserve, that may be what it was given up for.
    pub(super) fn written(&self) {
        if !self.has_reserve() {
            self.0.is_full.store(false, Ordering::Release);
        }
    }

    /// Makes the reserve, if there is as much room again beside it, and notes that there is room. Blocks for as long as
    /// the disk takes.
    pub(super) fn restore(&self) -> io::Result<()> {
        let Inner { reserve, size, is_full } = &*self.0;
        if *size == 0 {
            remove(reserve)?;
        }
        let is_there = *size > 0 && std::fs::metadata(reserve).is_ok_and(|file| file.len() == *size);
        if !is_there {
            if free(reserve)? < size.saturating_mul(2).max(ENOUGH) {
                return Ok(());
            }
            if let Err(error) = fill(reserve, *size) {
                remove(reserve)?;
                return Err(error);
            }
        }
        if is_full.swap(false, Ordering::AcqRel) {
            tracing::info!("there is room on the disk again");
        }
        Ok(())
    }
}

fn remove(reserve: &Path) -> io::Result<()> {
    match std::fs::remove_file(reserve) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The bytes that this process may still write there.
fn free(reserve: &Path) -> io::Result<u64> {
    let folder = reserve.parent().filter(|folder| !folder.as_os_str().is_empty());
    let disk = rustix::fs::statvfs(folder.unwrap_or(Path::new(".")))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// With random bytes: a file system may keep others in less room.
fn fill(reserve: &Path, size: u64) -> io::Result<()> {
    if size == 0 {
        return Ok(());
    }
    let mut file: File = OpenOptions::new().write(true).create(true).truncate(true).mode(PRIVATE).open(reserve)?;
    let mut piece = vec![0; PIECE];
    let mut left = size;
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        getrandom::fill(&mut piece[..length]).map_err(io::Error::other)?;
        file.write_all(&piece[..length])?;
        left -= length as u64;
    }
    file.sync_all()
}
