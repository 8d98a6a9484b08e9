//! Every setting: a flag, an environment variable, a default, a sentence why.
//!
//! - [`Cli`]: the subcommands and which settings each takes.
//! - [`DatabaseArgs`], [`HttpArgs`], [`ConnectionArgs`], [`RetentionArgs`], [`LogArgs`]: the settings. [`KeysCommand`]: what
//!   is done with API keys.
//! - `value`: durations and sizes as people write them. [`Secret`]: a text that no output shows.

mod admin;
mod cli;
mod connections;
mod database;
mod http;
mod keys;
mod log;
mod retention;
mod secret;
mod value;

pub use admin::AdminListen;
pub use cli::{
    Cli, Command, ExportArgs, ExportKind, ImportArgs, ImportKind, MigrateCommand, OnError, SeedArgs, SeedKind,
    ServeArgs,
};
pub use connections::ConnectionArgs;
pub use database::DatabaseArgs;
pub use http::{HttpArgs, Open};
pub use keys::{CreateKeyArgs, KeyRole, KeysCommand};
pub use log::{LogArgs, LogFormat};
pub use retention::{RetainArgs, RetentionArgs};
pub use secret::Secret;
