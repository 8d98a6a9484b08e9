//! What is written about what happens.

use clap::{Args, ValueEnum};

use super::value;

/// What the log says and how.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Format of the log; `auto` is human on a terminal and json elsewhere
    #[arg(long, env = "VIVIDWALLS_LOG_FORMAT", value_name = "FORMAT", default_value = "auto")]
    pub log_format: LogFormat,

    /// What to log, by level and module, such as `warn` or `info,hyper=debug`
    #[arg(
        long,
        env = "VIVIDWALLS_LOG",
        value_name = "FILTER",
        default_value = "info,sea_orm_migration=warn,sqlx::postgres::notice=warn",
        value_parser = value::log_filter
    )]
    pub log: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Human on a terminal, JSON elsewhere.
    Auto,
    /// One coloured line for people.
    Human,
    /// One JSON object per line.
    Json,
}
