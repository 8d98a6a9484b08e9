//! `vividwalls migrate`.

use std::process::ExitCode;

use super::{Failure, Outcome, connect, open_any, output::print};
use crate::config::MigrateCommand;

pub(super) async fn run(command: MigrateCommand) -> Outcome {
    let text = match command {
        MigrateCommand::Up(database) => {
            eprintln!("database: {}", database.settings().map_err(Failure::Usage)?.url);
            list("applied", &connect(&database, true).await?.migrate().await?)
        }
        MigrateCommand::Down { yes: false, .. } => {
            return Err(Failure::Usage(
                "`migrate down` deletes tables with the data in them; confirm with --yes".to_owned(),
            ));
        }
        MigrateCommand::Down { all, database, .. } => {
            list("reverted", &open_any(&database).await?.revert((!all).then_some(1)).await?)
        }
        MigrateCommand::Status(database) => {
            let migrations = open_any(&database).await?.migrations().await?;
            let line = |applied| if applied { "applied" } else { "pending" };
            migrations.iter().map(|one| format!("{}  {}\n", line(one.applied), one.name)).collect()
        }
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn list(done: &str, names: &[String]) -> String {
    if names.is_empty() {
        return "nothing to do\n".to_owned();
    }
    names.iter().map(|name| format!("{done}  {name}\n")).collect()
}
