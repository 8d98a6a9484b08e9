//! Which fault happens, and how often.

use std::time::{Duration, Instant};

use super::{fault::Fault, load::Load, system::System, wait::until};

/// What the clients do between two faults.
const BETWEEN: usize = 20;
/// How long they may take for it, also after a fault.
const GOES_ON: Duration = Duration::from_secs(60);

/// Which fault happens, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) fault: Fault,
    pub(crate) until: Until,
}

/// When there were enough faults; one there is always.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    Elapsed(Duration),
    Times(usize),
}

impl Plan {
    /// Makes the fault happen to the server in the middle of the work: by what is done, not by the clock. After the
    /// last one the work goes on. Says how many there were.
    pub(crate) fn strike(self, system: &mut System) -> Result<usize, String> {
        let (began, mut count) = (Instant::now(), 0);
        progress(system.load())?;
        loop {
            system.strike(self.fault)?;
            count += 1;
            progress(system.load())?;
            let is_enough = match self.until {
                Until::Elapsed(time) => began.elapsed() >= time,
                Until::Times(times) => count >= times,
            };
            if is_enough || system.load().has_failed() {
                return Ok(count);
            }
        }
    }
}

fn progress(load: &Load) -> Result<(), String> {
    let before = load.done();
    until("the clients go on", GOES_ON, || load.done() >= before + BETWEEN || load.has_failed())
}
