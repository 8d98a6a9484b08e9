//! SIGKILL.

use crate::process::Process;

pub(super) fn strike(process: &mut Process) -> Result<(), String> {
    process.kill();
    Ok(())
}
