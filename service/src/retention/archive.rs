//! Files that rows are written to before they are removed.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use rustix::fs::{Access, access};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::{
    Error, Result,
    database::{PRIVATE, make_private_folder},
};

/// A folder of files that only grow, one for each process and day. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Archive {
    folder: Arc<Path>,
    /// Where the next lines go.
    current: Arc<Mutex<Option<Current>>>,
}

#[derive(Debug)]
struct Current {
    day: NaiveDate,
    path: PathBuf,
}

impl Archive {
    /// The archive in a folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.into(), current: Arc::default() }
    }

    /// Makes the folder if it is not there. Fails where no files can be made in it.
    pub fn make(&self) -> io::Result<()> {
        let made = make_private_folder(&self.folder)
            .and_then(|()| access(&*self.folder, Access::WRITE_OK | Access::EXEC_OK).map_err(io::Error::from));
        made.map_err(|error| {
            let folder = self.folder.display();
            io::Error::new(error.kind(), format!("the archive {folder} cannot be written to: {error}"))
        })
    }

    /// Appends lines to the file of a day. When this returns they are on the disk.
    pub(super) async fn append(&self, day: NaiveDate, lines: String) -> Result<()> {
        let archive = self.clone();
        let written = spawn_blocking(move || archive.append_now(day, &lines)).await;
        written.map_err(io::Error::other).flatten().map_err(|error| {
            Error::internal(format!("the archive {} cannot be written to: {error}", self.folder.display()))
        })
    }

    fn append_now(&self, day: NaiveDate, lines: &str) -> io::Result<()> {
        let mut place = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken until all is written: a file that ends in the middle of a line gets no more.
        let (current, mut file) = match place.take().filter(|current| current.day == day) {
            // One that was moved away or deleted is not made again: the next lines begin another one.
            Some(current) => match OpenOptions::new().append(true).open(&current.path) {
                Ok(file) => (current, file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => self.begin(day)?,
                Err(error) => return Err(error),
            },
            None => self.begin(day)?,
        };
        let before = file.metadata()?.len();
        let written = file.write_all(lines.as_bytes()).and_then(|()| file.sync_all());
        // A full disk is not filled with more and more files that end so.
        if written.is_ok() || file.set_len(before).is_ok() {
            *place = Some(current);
        }
        written
    }

    /// Begins a file with a name that no other process gives.
    fn begin(&self, day: NaiveDate) -> io::Result<(Current, File)> {
        let path = self.folder.join(format!("work-{day}-{}.jsonl", Uuid::now_v7().simple()));
        let file = OpenOptions::new().append(true).create_new(true).mode(PRIVATE).open(&path)?;
        // Its name must be on the disk too.
        File::open(&self.folder)?.sync_all()?;
        Ok((Current { day, path }, file))
    }
}
