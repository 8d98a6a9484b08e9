//! `vividwalls import`.

use std::{fs::File, process::ExitCode, time::Duration};

use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};
use service::import::{self, Options, Progress, Refusal, Watch};

use super::{Failure, Outcome, open, output::print};
use crate::config::{ImportArgs, ImportKind, OnError};

pub(super) async fn run(settings: ImportArgs) -> Outcome {
    let name = settings.file.display();
    let unreadable = |error| Failure::Failed(format!("{name} cannot be read: {error}"));
    let file = File::open(&settings.file).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let database = open(&settings.database).await?;
    database.migrate().await?;

    let options = Options {
        dry_run: settings.dry_run,
        on_error: match settings.on_error {
            OnError::Skip => import::OnError::Skip,
            OnError::Stop => import::OnError::Stop,
        },
        now: Utc::now(),
    };
    let mut screen = Screen::new(size);
    let report = match settings.kind {
        ImportKind::ShopifyProducts => import::shopify_products(&database, file, &options, &mut screen).await,
        ImportKind::ShopifyInventory => import::shopify_inventory(&database, file, &options, &mut screen).await,
    };
    screen.bar.finish_and_clear();
    database.close().await;
    let report = report?;
    print(&format!("{report}\n"))?;
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A bar on a terminal, refusals on standard output.
struct Screen {
    bar: ProgressBar,
}

impl Screen {
    fn new(size: u64) -> Self {
        // Draws on standard error, and only when that is a terminal.
        let bar = ProgressBar::new(size);
        let template = "{bar:40} {bytes}/{total_bytes}  {msg}  {elapsed}";
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }
}

impl Watch for Screen {
    fn progress(&mut self, progress: Progress) {
        self.bar.set_position(progress.bytes);
        self.bar.set_message(format!("{} rows", progress.rows));
    }

    fn refused(&mut self, refusal: &Refusal) {
        // An import is not given up because nobody reads its output.
        let _ = self.bar.suspend(|| print(&format!("{refusal}\n")));
    }
}
