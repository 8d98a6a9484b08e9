//! A database without tables, and one of an older version with data, are brought up to date by a command that is
//! interrupted at several moments and begun again.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::agent;
use crate::{caller::Caller, fault::Fault, process::Process, system::System, wait::pause};

/// Moments of an attempt at which it is interrupted.
const MOMENTS: u32 = 5;
/// Migrations that the older version lacks.
const OLDER: usize = 3;

const UP: [&str; 2] = ["migrate", "up"];
const DOWN: [&str; 3] = ["migrate", "down", "--yes"];
const STATUS: [&str; 2] = ["migrate", "status"];

pub(super) fn run(system: &mut System, fault: Fault) -> Result<usize, String> {
    // How long it takes, and what the end is.
    let began = Instant::now();
    system.finish(&UP)?;
    let whole = began.elapsed();
    let current = system.finish(&STATUS)?;
    system.finish(&["migrate", "down", "--all", "--yes"])?;
    let mut faults = interrupt(system, fault, whole, &current)?;

    system.start()?;
    let load = Arc::clone(system.load());
    agent(&load)?;
    system.stop()?;
    for _ in 0..OLDER {
        system.finish(&DOWN)?;
    }
    faults += interrupt(system, fault, whole, &current)?;
    if faults == 0 {
        return Err("every migration ended before a fault".to_owned());
    }
    system.start()?;
    let agents = Caller::new(&load).all("agents", "", "name")?;
    if agents.len() == 1 { Ok(faults) } else { Err(format!("one agent was made, there are {agents:?}")) }
}

/// Interrupts migrations at later and later moments, and finishes the last: how many faults there were.
fn interrupt(system: &System, fault: Fault, whole: Duration, current: &str) -> Result<usize, String> {
    let (before, mut faults) = (system.finish(&STATUS)?, 0);
    for moment in 0..MOMENTS {
        let mut command = system.command(&UP, "output")?;
        if fault != Fault::ResetInCommit && fault != Fault::DiskFull {
            // Whatever it does then: as a power cut, this one is a matter of time.
            pause(whole * moment / MOMENTS);
        }
        faults += usize::from(strike(fault, &mut command, system)?);
        let has_succeeded = command.end()?.success();
        // All or nothing.
        let status = system.finish(&STATUS)?;
        if status != current && (status != before || has_succeeded) {
            return Err(format!("half of the migrations are applied:\n{status}"));
        }
        if status == current {
            break;
        }
    }
    system.finish(&UP)?;
    if system.finish(&STATUS)? == current { Ok(faults) } else { Err("migrations are missing".to_owned()) }
}

/// Whether the command still ran.
fn strike(fault: Fault, command: &mut Process, system: &System) -> Result<bool, String> {
    let runs = !command.has_ended();
    if runs {
        fault.strike(command, system)?;
    }
    Ok(runs)
}
