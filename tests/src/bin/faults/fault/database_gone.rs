//! PostgreSQL is stopped without a checkpoint, and recovers when it is started again.

use std::{io, time::Duration};

use crate::{system::System, wait::pause};

/// How long it is away.
const AWAY: Duration = Duration::from_secs(1);

pub(super) fn strike(system: &System) -> Result<(), String> {
    let told = |error: io::Error| format!("PostgreSQL does not obey: {error}");
    let cluster = system.cluster().ok_or("there is no PostgreSQL")?;
    cluster.stop().map_err(told)?;
    pause(AWAY);
    cluster.start_again().map_err(told)
}
