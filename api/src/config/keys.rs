//! What is done with API keys at the command line.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use service::principal::Role;

use super::{DatabaseArgs, value};

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Create a key and print it once; it cannot be shown again
    Create(CreateKeyArgs),
    /// List the keys by their first characters, oldest first
    List(DatabaseArgs),
    /// Revoke a key for good; running servers refuse it within seconds
    Revoke {
        /// First characters of the key as shown by `keys list`, its id, or the key itself
        key: String,
        #[expect(missing_docs, reason = "a doc comment would replace the heading")]
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

/// A key to make.
#[derive(Args, Debug)]
#[command(after_help = "The key goes to standard output, what is said about it to standard error.\n\n\
                  Examples:\n  \
                  vividwalls keys create --name anna --role admin\n  \
                  vividwalls keys create --name dashboard --role viewer --expires-in 90d\n  \
                  KEY=$(vividwalls keys create --name worker-1 --role agent --agent \"Sales Specialist\")")]
pub struct CreateKeyArgs {
    /// Name, shown in the audit log
    #[arg(long)]
    pub name: String,
    /// What the key may be used for
    #[arg(long)]
    pub role: KeyRole,
    /// For the role agent: the agent the key acts for, by name or id
    #[arg(long, value_name = "AGENT", required_if_eq("role", "agent"))]
    pub agent: Option<String>,
    /// Time until the key expires, such as `12h` or `90d`; default: never
    #[arg(long, value_name = "TIME", value_parser = value::positive_duration)]
    pub expires_in: Option<Duration>,
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyRole {
    /// Can read everything except API keys and the audit log
    Viewer,
    /// Can read, edit records, start and stop work, and decide approvals
    Operator,
    /// Can do everything
    Admin,
    /// Can read, edit goals and workflows, start and stop work, and do the work of all agents; cannot decide approvals
    Orchestrator,
    /// Can read, and do the work of one agent and of all agents below it
    Agent,
}

impl From<KeyRole> for Role {
    fn from(role: KeyRole) -> Self {
        match role {
            KeyRole::Viewer => Self::Viewer,
            KeyRole::Operator => Self::Operator,
            KeyRole::Admin => Self::Admin,
            KeyRole::Orchestrator => Self::Orchestrator,
            KeyRole::Agent => Self::Agent,
        }
    }
}
