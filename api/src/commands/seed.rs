//! `vividwalls seed`.

use std::process::ExitCode;

use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};
use service::seed::{self, Plan, Progress, Summary};

use super::{Failure, Outcome, open, output::print};
use crate::config::{SeedArgs, SeedKind};

pub(super) async fn run(settings: SeedArgs) -> Outcome {
    let database = open(&settings.database).await?;
    let summary = match settings.kind {
        SeedKind::Demo => seed::demo(&database, Utc::now())
            .await?
            .ok_or_else(|| Failure::Failed("the database is not empty: nothing was added".to_owned()))?,
        SeedKind::Scale => {
            let plan = Plan { factor: settings.factor, seed: settings.seed };
            let bar = ProgressBar::new(0);
            let template = "{bar:40} {human_pos}/{human_len} rows  {msg}  {elapsed}";
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            let mut show = |progress: Progress| {
                bar.set_length(progress.total);
                bar.set_position(progress.done);
                bar.set_message(progress.table);
            };
            let summary = seed::scale(&database, &plan, Utc::now(), &mut show).await;
            bar.finish_and_clear();
            summary?
        }
    };
    database.close().await;
    print(&report(&summary))?;
    Ok(ExitCode::SUCCESS)
}

fn report(summary: &Summary) -> String {
    let rows: String = summary.rows.iter().map(|(table, rows)| format!("{rows:>10}  {table}\n")).collect();
    format!("{rows}{:>10}  rows in total\n", summary.total())
}
