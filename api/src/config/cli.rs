//! The subcommands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{ConnectionArgs, DatabaseArgs, HttpArgs, KeysCommand, LogArgs, RetainArgs, RetentionArgs, value};

/// The VividWalls server: one GraphQL API over agents, their work, and the shop
#[derive(Debug, Parser)]
#[command(
    name = "vividwalls",
    version,
    arg_required_else_help = false,
    after_help = "Without a command, `vividwalls` serves: `vividwalls --listen 0.0.0.0:4000` is \
                  `vividwalls serve --listen 0.0.0.0:4000`.\n\
                  Every setting is a flag and an environment variable; `vividwalls COMMAND --help` names both.\n\n\
                  Examples:\n  \
                  vividwalls\n  \
                  DATABASE_URL=postgres://me:secret@db/shop vividwalls --listen 0.0.0.0:4000\n  \
                  vividwalls import shopify-products products.csv\n  \
                  vividwalls config"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the database, bring it up to date and answer GraphQL requests
    Serve(ServeArgs),
    /// Apply or revert database migrations, or show their status
    Migrate {
        /// Up, down or status.
        #[command(subcommand)]
        command: MigrateCommand,
    },
    /// Read a shop export into the database; running it again changes only what differs
    Import(ImportArgs),
    /// Write the catalogue or the stock as a CSV file that `import` reads
    Export(ExportArgs),
    /// Fill the database with sample data
    Seed(SeedArgs),
    /// Create, list and revoke API keys; once there is one, every request needs one
    Keys {
        /// Create, list or revoke.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Look for rows that contradict each other; best while no server writes
    Check(DatabaseArgs),
    /// Remove what is older than the settings say, as servers do by themselves
    Retention(RetainArgs),
    /// Print the GraphQL schema
    Schema,
    /// Print the effective settings of `serve`, with where each comes from; secrets are masked
    Config(ServeArgs),
}

/// The settings of `serve`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  \
                  vividwalls serve --listen 0.0.0.0:8080\n  \
                  VIVIDWALLS_LOG_FORMAT=json vividwalls serve --database-url postgres://me:secret@db/shop?sslmode=require")]
pub struct ServeArgs {
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub http: HttpArgs,

    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub connections: ConnectionArgs,

    /// Do not apply database migrations at start
    #[arg(long, env = "VIVIDWALLS_NO_MIGRATE", value_parser = value::switch, help_heading = "Database")]
    pub no_migrate: bool,

    /// Fill an empty database with demo data; by default only the default SQLite file is filled
    #[arg(long, env = "VIVIDWALLS_DEMO", value_parser = value::switch, help_heading = "Database")]
    pub demo: bool,

    /// Leave an empty database empty, the default SQLite file too
    #[arg(long, env = "VIVIDWALLS_NO_DEMO", value_parser = value::switch, help_heading = "Database")]
    pub no_demo: bool,

    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub retention: RetentionArgs,

    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub database: DatabaseArgs,

    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub log: LogArgs,
}

/// Which way to migrate.
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Apply pending migrations; safe while other processes do the same
    Up(DatabaseArgs),
    /// Revert the last migration, deleting the data in its tables
    Down {
        /// Revert all migrations: the database is empty afterwards
        #[arg(long)]
        all: bool,
        /// Confirm that the data may be deleted
        #[arg(long)]
        yes: bool,
        #[expect(missing_docs, reason = "a doc comment would replace the heading")]
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// List the migrations, applied and pending
    Status(DatabaseArgs),
}

/// What to import.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit code: 0 when everything was taken, 1 when something was refused or failed, 2 for wrong usage.\n\n\
                  Examples:\n  \
                  vividwalls import shopify-products products.csv --dry-run\n  \
                  vividwalls import shopify-inventory inventory.csv --on-error stop\n  \
                  vividwalls import customers customers.csv"
)]
pub struct ImportArgs {
    /// Kind of file
    pub kind: ImportKind,
    /// The CSV file; `-` reads standard input
    pub file: PathBuf,
    /// Report what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What to do with a row that cannot be imported
    #[arg(long, value_name = "ACTION", default_value = "skip")]
    pub on_error: OnError,
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// What an import file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportKind {
    /// Products and their variants
    ShopifyProducts,
    /// Stock per variant and location
    ShopifyInventory,
    /// Orders with their lines and payments
    Orders,
    /// Customers with what they allow
    Customers,
    /// E-mail addresses and the lists that they are on
    Subscribers,
}

/// What to export.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
                        vividwalls export products products.csv\n  \
                        vividwalls export inventory > inventory.csv")]
pub struct ExportArgs {
    /// What the file holds
    pub kind: ExportKind,
    /// The CSV file, which is replaced if it exists; without it, or for `-`, standard output is written
    pub file: Option<PathBuf>,
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// What an export file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportKind {
    /// Products and their variants
    Products,
    /// Stock per variant and location
    Inventory,
}

/// What to do with a row that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    /// Report it and continue with the next row
    Skip,
    /// Report it and stop; rows imported before it stay
    Stop,
}

/// What to fill the database with.
#[derive(Args, Debug)]
pub struct SeedArgs {
    /// Kind of sample data
    pub kind: SeedKind,
    /// For `scale`: multiplies every count; at 1 about 200,000 tasks and 50,000 orders
    #[arg(long, default_value_t = 1.0, value_parser = factor)]
    pub factor: f64,
    /// For `scale`: random seed; another number gives other rows
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub database: DatabaseArgs,
}

fn factor(text: &str) -> Result<f64, String> {
    let factor: f64 = text.parse().map_err(|_| "must be a number".to_owned())?;
    if factor > 0.0 && factor <= 1000.0 { Ok(factor) } else { Err("must be above 0 and at most 1000".to_owned()) }
}

/// Which made-up data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SeedKind {
    /// The agents with a small catalogue and its customers; the same each time
    Demo,
    /// Many rows, for load tests
    Scale,
}
