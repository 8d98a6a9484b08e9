//! `vividwalls config`: the effective settings, in the form of an environment file.

use std::{fmt::Write, process::ExitCode};

use clap::{ArgMatches, CommandFactory, parser::ValueSource};

use super::{Failure, Outcome, output::print};
use crate::config::{Cli, ServeArgs};

pub(super) fn run(settings: &ServeArgs, matches: &ArgMatches) -> Outcome {
    let url = settings.database.settings().map_err(Failure::Usage)?.url.to_string();
    let command = Cli::command();
    let (Some(("config", matches)), Some(command)) = (matches.subcommand(), command.find_subcommand("config")) else {
        return Err(Failure::Failed("the settings cannot be read".to_owned()));
    };
    let mut lines = Vec::new();
    for argument in command.get_arguments() {
        let Some(name) = argument.get_env().and_then(|name| name.to_str()) else { continue };
        let id = argument.get_id().as_str();
        let raw =
            matches.get_raw(id).map(|values| values.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(","));
        let value = match id {
            // Without its password.
            "database_url" => url.clone(),
            "secret" | "shopify_secret" | "stripe_secret" => raw.map(|_| "***".to_owned()).unwrap_or_default(),
            _ => raw.unwrap_or_default(),
        };
        let source = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => "command line",
            Some(ValueSource::EnvVariable) => "environment",
            _ => "default",
        };
        lines.push((format!("{name}={value}"), source));
    }
    let width = lines.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
    let text = lines.iter().fold(String::new(), |mut text, (line, source)| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{line:width$}  # {source}");
        text
    });
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
