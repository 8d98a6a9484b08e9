//! The secret of a server with a SQLite database, in a file beside it.

use std::{
    fs::OpenOptions,
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
};

use super::{Database, file::PRIVATE};
use crate::hash;

/// The bytes of a new secret.
const BYTES: usize = 32;

impl Database {
    /// The secret in the file beside the database, which is made if it is missing; none where the database has no file
    /// of its own. It asks the file system, which may block.
    pub fn secret(&self) -> io::Result<Option<String>> {
        let Some(database) = self.file.as_ref() else { return Ok(None) };
        let mut path = database.path().as_os_str().to_owned();
        path.push("-secret");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(PRIVATE);
        let mut file = options.open(path)?;
        // Another process may be writing it.
        file.lock()?;
        let mut secret = String::new();
        file.read_to_string(&mut secret)?;
        if secret.trim().is_empty() {
            secret = random()?;
            file.write_all(secret.as_bytes())?;
            file.sync_all()?;
        }
        Ok(Some(secret.trim().to_owned()))
    }
}

fn random() -> io::Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(hash::digits(bytes))
}
