//! Writes `entity/src` and `docs/er-diagram.md` from a migrated throwaway PostgreSQL.
//!
//! `cargo run -p tests --bin generate-entities` writes; with `--check` it only compares, and fails on a difference.

mod diagram;

use std::{
    collections::BTreeMap,
    error::Error,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use sea_orm_cli::{BannerVersion, BigIntegerType, DateTimeCrate, GenerateSubcommands, run_generate_command};
use tests::{Engine, TestDatabase};

const COMMAND: &str = "cargo run -p tests --bin generate-entities";

type Files = BTreeMap<OsString, String>;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let check = std::env::args().nth(1).is_some_and(|argument| argument == "--check");
    let database = TestDatabase::migrated(Engine::Postgres).await.ok_or("the generator needs PostgreSQL")?;
    let scratch = std::env::temp_dir().join(format!("vividwalls-entities-{}", std::process::id()));
    let outcome = generate(database.url(), &scratch).await;
    database.remove().await;
    fs::remove_dir_all(&scratch).ok();
    let (entities, diagrams) = outcome?;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (source, docs) = (root.join("entity/src"), root.join("docs/er-diagram.md"));
    if !check {
        write(&source, &entities)?;
        fs::create_dir_all(root.join("docs"))?;
        fs::write(docs, diagrams)?;
        return Ok(ExitCode::SUCCESS);
    }
    let current = read(&source)? == entities && fs::read_to_string(docs).is_ok_and(|found| found == diagrams);
    if current {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("entity/src or docs/er-diagram.md does not fit the migrations: run `{COMMAND}` and commit the result");
    Ok(ExitCode::FAILURE)
}

/// The entities, formatted, and the page with the diagrams.
async fn generate(url: &str, folder: &Path) -> Result<(Files, String), Box<dyn Error>> {
    run_generate_command(options(url, folder), false).await?;
    let mermaid = folder.join("entities.mermaid");
    let diagrams = diagram::page(&fs::read_to_string(&mermaid)?, COMMAND)?;
    fs::remove_file(mermaid)?;
    let style = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rustfmt.toml");
    let formatted = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .args([style, folder.join("lib.rs")])
        .status()?;
    if !formatted.success() {
        return Err("rustfmt failed".into());
    }
    Ok((read(folder)?, diagrams))
}

fn options(url: &str, folder: &Path) -> GenerateSubcommands {
    GenerateSubcommands::Entity {
        entity_format: None,
        compact_format: true,
        expanded_format: false,
        frontend_format: false,
        include_hidden_tables: false,
        tables: vec![],
        ignore_tables: vec!["seaql_migrations".into()],
        max_connections: 1,
        acquire_timeout: 30,
        output_dir: folder.display().to_string(),
        database_schema: None,
        database_url: url.to_owned(),
        with_prelude: "none".into(),
        with_serde: "none".into(),
        serde_skip_deserializing_primary_key: false,
        serde_skip_hidden_column: false,
        with_copy_enums: true,
        date_time_crate: DateTimeCrate::Chrono,
        big_integer_type: BigIntegerType::I64,
        lib: true,
        model_extra_derives: vec![],
        model_extra_attributes: vec![],
        enum_extra_derives: ["Hash", "serde::Serialize", "serde::Deserialize"].map(String::from).into(),
        enum_extra_attributes: vec![r#"serde(rename_all = "snake_case")"#.into()],
        column_extra_derives: vec![],
        seaography: false,
        impl_active_model_behavior: true,
        preserve_user_modifications: false,
        banner_version: BannerVersion::Off,
        er_diagram: true,
    }
}

fn read(folder: &Path) -> io::Result<Files> {
    let paths: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths
        .into_iter()
        .map(|path| Ok((path.file_name().unwrap_or_default().to_owned(), fs::read_to_string(path)?)))
        .collect()
}

/// Makes the folder hold these files and no others.
fn write(folder: &Path, files: &Files) -> io::Result<()> {
    for name in read(folder)?.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    for (name, content) in files {
        fs::write(folder.join(name), content)?;
    }
    Ok(())
}
