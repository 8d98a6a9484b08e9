//! Faults while work goes on: `cargo run -p tests --bin faults`, against the program `vividwalls` beside it.
//!
//! Each cell of the matrix has a new database of SQLite or PostgreSQL, clients that do a job (`job`), and a fault
//! that happens in the middle of it, again and again (`fault`). Then what was acknowledged must be there once, and
//! `vividwalls check` must find nothing. A line is printed for each cell; the tool fails if one does not hold.
//!
//! - `--fault kill --job claims --engine sqlite --rounds 3 --seconds 10`: these cells only, so often, for so long.
//! - `--kills 200`: 200 kills in one continuing load of claims, on each engine.

mod caller;
mod cell;
mod fault;
mod job;
mod load;
mod options;
mod plan;
mod process;
mod proxy;
mod system;
mod wait;

use std::process::ExitCode;

use clap::Parser;

use cell::{Cell, Verdict};
use fault::Fault;
use job::Job;
use options::Options;
use plan::{Plan, Until};

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.spawn(wait::notice_signals());
    println!("| fault | job | engine | rounds | faults | verdict |\n|---|---|---|---|---|---|");
    let mut all_hold = true;
    for cell in cells(&options) {
        let verdict = cell.run(options.rounds, &options.binary(), runtime.handle());
        if wait::is_interrupted() {
            return ExitCode::from(130);
        }
        println!("{}", cell.row(&verdict));
        all_hold &= !matches!(verdict, Verdict::Failed { .. });
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is to be tried.
fn cells(options: &Options) -> Vec<Cell> {
    let engines = options.engine.engines();
    if let Some(kills) = options.kills {
        let plan = Plan { fault: Fault::Kill, until: Until::Times(kills) };
        return engines.iter().map(|&engine| Cell { job: Job::Claims, engine, plan }).collect();
    }
    let mut cells = Vec::new();
    for fault in options.faults() {
        for job in options.jobs() {
            let plan = Plan { fault, until: Until::Elapsed(options.time()) };
            cells.extend(engines.iter().map(|&engine| Cell { job, engine, plan }));
        }
    }
    cells
}
