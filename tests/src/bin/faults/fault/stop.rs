//! SIGSTOP, and SIGCONT when every lease has expired.

use std::time::Duration;

use rustix::process::Signal;

use crate::{job::LEASE, process::Process, wait::pause};

pub(super) fn strike(process: &mut Process) -> Result<(), String> {
    process.signal(Signal::STOP)?;
    pause(LEASE + Duration::from_secs(1));
    process.signal(Signal::CONT)
}
