//! The connection is cut when COMMIT goes by, after it was sent on or before.

use std::time::Duration;

use crate::{process::Process, system::System, wait::until};

/// How long a commit is waited for.
const COMMITTED: Duration = Duration::from_secs(30);

pub(super) fn strike(process: &mut Process, system: &System) -> Result<(), String> {
    let proxy = system.proxy().ok_or("there is no proxy")?;
    let cuts = proxy.cuts();
    proxy.cut_next();
    until("a transaction is committed", COMMITTED, || {
        proxy.cuts() > cuts || process.has_ended() || system.load().has_failed()
    })
}
