//! `vividwalls check`.

use std::process::ExitCode;

use service::consistency::{self, Violation};

use super::{Outcome, open, output::print};
use crate::config::DatabaseArgs;

pub(super) async fn run(settings: DatabaseArgs) -> Outcome {
    let database = open(&settings).await?;
    let violations = consistency::check(database.reader()).await?;
    database.close().await;
    let line = |violation: &Violation| {
        let Violation { rule, id, found, expected } = violation;
        format!("{rule}  {id}  found {found}, expected {expected}\n")
    };
    let report: String = violations.iter().map(line).collect();
    print(&format!("{report}{} violations\n", violations.len()))?;
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
