//! `vividwalls export`.

use std::{fs::File, io::Write, path::Path, process::ExitCode};

use chrono::Utc;
use service::{database::Database, export};

use super::{Failure, Outcome, open, output::print};
use crate::config::{ExportArgs, ExportKind};

pub(super) async fn run(settings: ExportArgs) -> Outcome {
    let database = open(&settings.database).await?;
    let file = match settings.kind {
        ExportKind::Products => export::File::Products,
        ExportKind::Inventory => export::File::Inventory,
    };
    let written = match settings.file.filter(|path| path != Path::new("-")) {
        Some(path) => to_file(&database, file, &path).await,
        None => write(&database, file, print).await,
    };
    database.close().await;
    written.map(|()| ExitCode::SUCCESS)
}

async fn to_file(database: &Database, file: export::File, path: &Path) -> Result<(), Failure> {
    let unwritable = |error| Failure::Failed(format!("{} cannot be written: {error}", path.display()));
    let mut out = File::create(path).map_err(unwritable)?;
    write(database, file, |text| out.write_all(text.as_bytes()).map_err(unwritable)).await
}

/// Writes a file part by part: it need not fit into memory.
async fn write(
    database: &Database,
    file: export::File,
    mut write: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut after, mut text): (Option<String>, String) = Default::default();
    loop {
        text.clear();
        after = export::page(database, file, after.as_deref(), Utc::now(), &mut text).await?;
        write(&text)?;
        if after.is_none() {
            return Ok(());
        }
    }
}
