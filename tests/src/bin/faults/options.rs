//! What the caller wants.

use std::{env, path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};
use tests::Engine;

use super::{fault::Fault, job::Job};

/// Faults while work goes on: what is acknowledged must stay
#[derive(Debug, Parser)]
#[command(name = "faults")]
pub(crate) struct Options {
    /// Databases to try
    #[arg(long, value_enum, default_value = "both")]
    pub(crate) engine: Engines,

    /// Only these faults
    #[arg(long = "fault", value_enum, value_name = "FAULT")]
    only_faults: Vec<Fault>,

    /// Only these jobs
    #[arg(long = "job", value_enum, value_name = "JOB")]
    only_jobs: Vec<Job>,

    /// How often each cell is tried, each time on a new database
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) rounds: u32,

    /// How long faults happen in a round; the last of them is always followed to its end
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=600))]
    seconds: u64,

    /// Instead of the matrix: this number of kills in one continuing load of claims
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["only_faults", "only_jobs", "seconds"])]
    pub(crate) kills: Option<usize>,

    /// The program; by default `vividwalls` beside this tool
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// Which databases.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Engines {
    /// SQLite only.
    Sqlite,
    /// PostgreSQL only.
    Postgres,
    /// One after the other.
    Both,
}

impl Engines {
    pub(crate) fn engines(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

impl Options {
    pub(crate) fn faults(&self) -> Vec<Fault> {
        if self.only_faults.is_empty() { Fault::value_variants().to_vec() } else { self.only_faults.clone() }
    }

    pub(crate) fn jobs(&self) -> Vec<Job> {
        if self.only_jobs.is_empty() { Job::value_variants().to_vec() } else { self.only_jobs.clone() }
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// The program. Its path is made absolute, as it runs in another folder.
    pub(crate) fn binary(&self) -> PathBuf {
        let beside = || env::current_exe().unwrap_or_default().with_file_name("vividwalls");
        let path = self.binary.clone().unwrap_or_else(beside);
        path.canonicalize().unwrap_or(path)
    }
}
