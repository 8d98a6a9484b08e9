//! Waiting for what can be looked at, no longer than until somebody interrupts.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use tokio::signal::unix::{SignalKind, signal};

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Notes that this process is asked to end, so that it ends what it started first.
pub(crate) async fn notice_signals() -> io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    INTERRUPTED.store(true, Ordering::Relaxed);
    Ok(())
}

/// Whether this process is asked to end.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Waits until something holds; says what did not come in time.
pub(crate) fn until(what: &str, time: Duration, mut holds: impl FnMut() -> bool) -> Result<(), String> {
    let began = Instant::now();
    while !holds() {
        if is_interrupted() {
            return Err("interrupted".to_owned());
        }
        if began.elapsed() > time {
            return Err(format!("not within {} s: {what}", time.as_secs()));
        }
        sleep(LOOK_EVERY);
    }
    Ok(())
}

/// Lets time pass: for faults that are a matter of time, and between two attempts of a client.
pub(crate) fn pause(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time && !is_interrupted() {
        sleep(LOOK_EVERY.min(time));
    }
}
