//! `vividwalls schema`.

use std::process::ExitCode;

use super::{Outcome, output::print};

pub(super) fn run() -> Outcome {
    print(&crate::schema::sdl())?;
    Ok(ExitCode::SUCCESS)
}
