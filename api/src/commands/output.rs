//! Standard output, whose reader may leave early.

use std::io::{ErrorKind, Write, stdout};

use super::Failure;

/// Writes a text to standard output; a reader that has seen enough is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
