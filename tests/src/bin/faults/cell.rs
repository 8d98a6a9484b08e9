//! A fault, a job and an engine.

use std::path::Path;

use clap::ValueEnum;
use tests::Engine;
use tokio::runtime::Handle;

use super::{job::Job, plan::Plan, system::System};

/// Lines of the log that are shown after a failure.
const SHOWN: usize = 20;

/// A fault, a job and an engine.
pub(crate) struct Cell {
    pub(crate) job: Job,
    pub(crate) engine: Engine,
    pub(crate) plan: Plan,
}

/// What came of it.
pub(crate) enum Verdict {
    /// It held: the number of rounds, and of faults in all.
    Held { rounds: u32, faults: usize },
    /// In this round, and why.
    Failed { round: u32, reason: String },
    /// It was not tried.
    Skipped(&'static str),
}

impl Cell {
    /// Tries it; each round on a new database.
    pub(crate) fn run(&self, rounds: u32, binary: &Path, runtime: &Handle) -> Verdict {
        if let Some(reason) = self.plan.fault.misfit(self.engine) {
            return Verdict::Skipped(reason);
        }
        let mut faults = 0;
        for round in 1..=rounds {
            match self.round(binary, runtime) {
                Ok(Some(count)) => faults += count,
                Ok(None) => return Verdict::Skipped("PostgreSQL is not installed"),
                Err(reason) => return Verdict::Failed { round, reason },
            }
        }
        Verdict::Held { rounds, faults }
    }

    /// How many faults there were.
    fn round(&self, binary: &Path, runtime: &Handle) -> Result<Option<usize>, String> {
        let Some(mut system) = System::new(self.engine, self.plan.fault, binary, runtime)? else { return Ok(None) };
        let outcome = self.job.run(&mut system, self.plan).and_then(|faults| {
            system.stop()?;
            system.finish(&["check"])?;
            if system.log().contains("panicked") { Err("the program panicked".to_owned()) } else { Ok(faults) }
        });
        if outcome.is_err() {
            let log = system.log();
            let lines: Vec<&str> = log.lines().collect();
            for line in lines.iter().skip(lines.len().saturating_sub(SHOWN)) {
                eprintln!("{line}");
            }
        }
        system.remove();
        outcome.map(Some)
    }

    /// A row of the table.
    pub(crate) fn row(&self, verdict: &Verdict) -> String {
        let (rounds, faults, told) = match verdict {
            Verdict::Held { rounds, faults } => (rounds.to_string(), faults.to_string(), "held".to_owned()),
            Verdict::Failed { round, reason } => (round.to_string(), String::new(), format!("FAILED: {reason}")),
            Verdict::Skipped(reason) => (String::new(), String::new(), format!("not tried: {reason}")),
        };
        let engine = match self.engine {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        };
        format!("| {} | {} | {engine} | {rounds} | {faults} | {told} |", name(&self.plan.fault), name(&self.job))
    }
}

/// As the options spell it.
fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
