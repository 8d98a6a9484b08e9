//! What each subcommand does.
//!
//! Exit codes: 0 for done, 1 for failed or refused, 2 for wrong usage.

mod check;
mod config;
mod environment;
mod export;
mod import;
mod jobs;
mod keys;
mod migrate;
mod output;
mod retention;
mod schema;
mod seed;
mod serve;

use std::{ffi::OsString, process::ExitCode};

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use service::database::{Database, Settings};

use crate::config::{Cli, Command, DatabaseArgs};

/// Wrong usage.
const USAGE: u8 = 2;

/// Why a command ended before it was done.
#[derive(Debug)]
enum Failure {
    /// A setting is wrong; the text names it.
    Usage(String),
    /// It could not be done.
    Failed(String),
}

impl From<service::Error> for Failure {
    fn from(error: service::Error) -> Self {
        // At the command line the cause is the caller's to see.
        Self::Failed(error.explained())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

type Outcome = Result<ExitCode, Failure>;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let arguments = arguments(std::env::args_os());
    let given: Vec<String> = arguments.iter().map(|text| text.to_string_lossy().into_owned()).collect();
    let mut command = Cli::command();
    let matches = match command.try_get_matches_from_mut(arguments) {
        Ok(matches) => matches,
        Err(error) => environment::blame(error, &command, &given).exit(),
    };
    for name in environment::unknown(&command) {
        eprintln!("warning: the environment variable {name} is not a setting; `vividwalls config` lists them");
    }
    let outcome = Cli::from_arg_matches(&matches)
        .map_err(|error| Failure::Usage(error.to_string()))
        .and_then(|cli| dispatch(cli.command, &matches));
    match outcome {
        Ok(code) => code,
        Err(Failure::Usage(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(USAGE)
        }
        Err(Failure::Failed(message)) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Without a subcommand the settings are those of `serve`.
fn arguments(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = given.collect();
    let serves = arguments.get(1).is_none_or(|first| {
        let first = first.to_string_lossy();
        first.starts_with('-') && !["-h", "--help", "-V", "--version"].contains(&first.as_ref())
    });
    if serves {
        arguments.insert(arguments.len().min(1), "serve".into());
    }
    arguments
}

fn dispatch(command: Command, matches: &ArgMatches) -> Outcome {
    match command {
        Command::Schema => schema::run(),
        Command::Config(settings) => config::run(&settings, matches),
        Command::Serve(settings) => block_on(serve::run(settings))?,
        Command::Migrate { command } => block_on(migrate::run(command))?,
        Command::Import(settings) => block_on(import::run(settings))?,
        Command::Export(settings) => block_on(export::run(settings))?,
        Command::Keys { command } => block_on(keys::run(command))?,
        Command::Check(settings) => block_on(check::run(settings))?,
        Command::Retention(settings) => block_on(retention::run(settings))?,
        Command::Seed(settings) => block_on(seed::run(settings))?,
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    // Filters nest in values as fields do in queries; unoptimised builds need a lot of stack for each level.
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(8 << 20).enable_all().build()?;
    Ok(runtime.block_on(work))
}

/// Opens a database that has its tables, and says which it is.
async fn open(settings: &DatabaseArgs) -> Result<Database, Failure> {
    let database = open_any(settings).await?;
    let migrations = database.migrations().await?;
    let reason = match migrations.iter().filter(|migration| !migration.applied).count() {
        0 => return Ok(database),
        pending if pending == migrations.len() => "has no tables yet".to_owned(),
        1 => "lacks a migration".to_owned(),
        pending => format!("lacks {pending} migrations"),
    };
    let flag = settings.flag();
    Err(Failure::Failed(format!("the database {reason}: run `vividwalls migrate up{flag}`")))
}

/// Opens a database with whatever tables it has, and says which it is.
async fn open_any(settings: &DatabaseArgs) -> Result<Database, Failure> {
    let url = settings.settings().map_err(Failure::Usage)?.url;
    // For people: standard output is for programs.
    eprintln!("database: {url}");
    if let Some(file) = url.file()
        && !file.exists()
    {
        return Err(Failure::Failed(format!(
            "there is no database file {}: `vividwalls migrate up{flag}` creates it, and so does `vividwalls serve{flag}`",
            file.display(),
            flag = settings.flag()
        )));
    }
    connect(settings, false).await
}

/// Opens a database; a SQLite file that is missing may be created.
async fn connect(settings: &DatabaseArgs, create: bool) -> Result<Database, Failure> {
    let settings = settings.settings().map_err(Failure::Usage)?;
    let url = settings.url.clone();
    let database = Database::connect(&Settings { create, ..settings }).await;
    database.map_err(|error| Failure::Failed(format!("the database {url} cannot be used: {}", error.explained())))
}
