//! What is done with API keys at the command line.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use service::principal::Role;

use super::{DatabaseArgs, value};

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key and print it: this once, it is not kept
    Create(CreateKeyArgs),
    /// List the keys, oldest first, by how they begin
    List(DatabaseArgs),
    /// End a key for good: at once in this database, within seconds in servers that run
    Revoke {
        /// How the key begins, as `keys list` shows it; its id; or the key itself
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
    /// Whose it is; this stands beside everything that is done with it
    #[arg(long)]
    pub name: String,
    /// What it may be used for
    #[arg(long)]
    pub role: KeyRole,
    /// For the role agent: the one agent that it acts for, by name or id
    #[arg(long, value_name = "AGENT", required_if_eq("role", "agent"))]
    pub agent: Option<String>,
    /// When it ends, from now, such as `12h` or `90d`; never, when nothing is said
    #[arg(long, value_name = "TIME", value_parser = value::positive_duration)]
    pub expires_in: Option<Duration>,
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyRole {
    /// Reads everything but keys and the audit log
    Viewer,
    /// Reads, edits records, starts and stops work, decides approvals
    Operator,
    /// Does everything
    Admin,
    /// Reads, and does the work of all agents
    Orchestrator,
    /// Reads, and does the work of one agent and of those below it
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
