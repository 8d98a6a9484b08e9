//! The file of a SQLite database: whether it is still the one that was opened.

use std::{io, os::unix::fs::MetadataExt, path::Path, sync::Arc};

use crate::{Error, Result, error::Outage};

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

    /// Where it is.
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
