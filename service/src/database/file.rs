//! The file of a SQLite database: who may read it, and whether it is still the one that was opened.

use std::{
    ffi::OsString,
    fs::{DirBuilder, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::Arc,
};

use crate::{Error, Result, error::Outage};

/// For the owner alone.
pub(crate) const PRIVATE: u32 = 0o600;
const PRIVATE_FOLDER: u32 = 0o700;

/// Makes the folder of a file, and those above it, for the owner alone. One that is there stays as it is: others may
/// have their files in it.
pub(super) fn make_folder(file: &Path) -> io::Result<()> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => make_private_folder(folder),
        None => Ok(()),
    }
}

/// The same for a folder itself.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(PRIVATE_FOLDER).create(folder)
}

/// Makes an empty file for the owner alone, unless there is one. SQLite gives the files beside it the same mode.
pub(super) fn make(file: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Takes what others may do with the files of a database away from them. Earlier versions made files that all may read.
pub(super) fn make_private(database: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal", "-reserve", "-secret"] {
        let mut file = OsString::from(database);
        file.push(suffix);
        let file = Path::new(&file);
        let Ok(metadata) = file.metadata() else { continue };
        if !metadata.is_file() || metadata.mode() & 0o077 == 0 {
            continue;
        }
        match std::fs::set_permissions(file, Permissions::from_mode(PRIVATE)) {
            Ok(()) => tracing::info!("{} could be read by others: its mode is now 0600", file.display()),
            Err(error) => tracing::warn!("others can read {}, and its mode cannot be set: {error}", file.display()),
        }
    }
}

/// The file behind open connections. SQLite goes on with a file that was deleted or replaced, and what it writes then
/// is lost with the last connection.
#[derive(Clone, Debug)]
pub(super) struct File {
    path: Arc<Path>,
    identity: (u64, u64),
}

impl File {
    /// The file at a path, which is open now.
    pub(super) fn opened(path: &Path) -> io::Result<Self> {
        // A symbolic link stays one: it may be pointed at another file.
        let path = std::path::absolute(path)?;
        Ok(Self { identity: identity(&path)?, path: path.into() })
    }

    /// Where it is, whatever the current folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is there and the same. The connections hold it, so its number is given to no other file.
    pub(super) fn is_there(&self) -> bool {
        identity(&self.path).is_ok_and(|identity| identity == self.identity)
    }

    /// Refuses when it is not.
    pub(super) fn check(&self) -> Result<()> {
        match self.is_there() {
            true => Ok(()),
            false => Err(Error::Unavailable(Outage::new("the database file was removed or replaced"))),
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = path.metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}
