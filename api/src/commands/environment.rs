//! The environment: which variable an error is about, and variables that nobody reads.

use clap::{
    Arg, Command,
    error::{ContextKind, ContextValue, Error},
};

/// What our variables begin with.
const MARK: &str = "VIVIDWALLS_";

/// The same error, about the variable when that is where the value is from.
pub(super) fn blame(mut error: Error, command: &Command, given: &[String]) -> Error {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return error };
    let name = flag.split([' ', '=']).next().unwrap_or_default();
    if !name.starts_with("--") {
        return error;
    }
    let is_given = given.iter().any(|text| text.split('=').next() == Some(name));
    let argument = arguments(command).find(|argument| argument.get_long() == name.strip_prefix("--"));
    let variable = argument.and_then(|argument| Some(argument.get_env()?.to_string_lossy().into_owned()));
    if let Some(variable) = variable.filter(|variable| !is_given && std::env::var_os(variable).is_some()) {
        error.insert(ContextKind::InvalidArg, ContextValue::String(variable));
    }
    error
}

/// Variables that look like settings and are none.
pub(super) fn unknown(command: &Command) -> Vec<String> {
    let known: Vec<_> = arguments(command).filter_map(Arg::get_env).collect();
    let set = std::env::vars_os().map(|(name, _)| name);
    let unknown = set.filter(|name| name.to_string_lossy().starts_with(MARK) && !known.contains(&name.as_os_str()));
    unknown.map(|name| name.to_string_lossy().into_owned()).collect()
}

fn arguments(command: &Command) -> Box<dyn Iterator<Item = &Arg> + '_> {
    Box::new(command.get_arguments().chain(command.get_subcommands().flat_map(arguments)))
}
