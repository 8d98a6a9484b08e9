//! `vividwalls import`.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};
use service::import::{self, Options, Progress, Refusal, Watch};

use super::{Failure, Outcome, open, output::print};
use crate::config::{ImportArgs, ImportKind, OnError};

pub(super) async fn run(settings: ImportArgs) -> Outcome {
    let name = settings.file.display();
    let unreadable = |error| Failure::Failed(format!("{name} cannot be read: {error}"));
    let (file, size) = open_file(&settings.file).map_err(unreadable)?;
    let database = open(&settings.database).await?;

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
        ImportKind::Orders => import::shopify_orders(&database, file, &options, &mut screen).await,
        ImportKind::Customers => import::shopify_customers(&database, file, &options, &mut screen).await,
        ImportKind::Subscribers => import::subscribers(&database, file, &options, &mut screen).await,
    };
    screen.bar.finish_and_clear();
    database.close().await;
    let report = report?;
    print(&format!("{report}\n"))?;
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A file, or standard input for `-`, and its size if that is known.
fn open_file(path: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// A bar on a terminal, refusals on standard output.
struct Screen {
    bar: ProgressBar,
}

impl Screen {
    fn new(size: Option<u64>) -> Self {
        // Draws on standard error, and only when that is a terminal.
        let (bar, template) = match size {
            Some(size) => (ProgressBar::new(size), "{bar:40} {bytes}/{total_bytes}  {msg}  {elapsed}"),
            None => (ProgressBar::no_length(), "{spinner} {bytes}  {msg}  {elapsed}"),
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }
}

impl Watch for Screen {
    fn progress(&mut self, progress: Progress) {
        self.bar.set_position(progress.bytes);
        self.bar.set_message(format!("rows: {}", progress.rows));
    }

    fn refused(&mut self, refusal: &Refusal) {
        // An import is not given up because nobody reads its output.
        let _ = self.bar.suspend(|| print(&format!("{refusal}\n")));
    }
}
