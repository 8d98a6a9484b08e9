//! The log: to standard error, written by a thread of its own so that requests do not wait.

use std::io::{IsTerminal, stderr};

use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_subscriber::EnvFilter;

use crate::config::{LogArgs, LogFormat};

/// Starts the log; what was logged is written out when the guard goes.
///
/// Fails with what is wrong with a setting.
pub fn start(settings: &LogArgs) -> Result<WorkerGuard, String> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| format!("invalid value '{}' for '--log <FILTER>' (VIVIDWALLS_LOG): {error}", settings.log))?;
    let terminal = stderr().is_terminal();
    let human = match settings.log_format {
        LogFormat::Auto => terminal,
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let (writer, guard) = NonBlocking::new(stderr());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(terminal);
    let started = if human { log.try_init() } else { log.json().flatten_event(true).with_span_list(false).try_init() };
    started.map_err(|error| format!("the log cannot be started: {error}"))?;
    // A panic is a line of the log like any other.
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(guard)
}
