//! More values for a closed vocabulary.
//!
//! All pending migrations are one transaction. PostgreSQL cannot use a new value before its end, so that no fill, check
//! or index may name one. SQLite cannot alter a check, and a table cannot be made anew there without the rows that refer
//! to it: the text of the check is changed where SQLite keeps it, which its manual allows for widening a check.

use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend, Statement, TryGetable},
};

use super::Engine;
use crate::schema::Widening;

impl Engine {
    /// Adds values, which rows can have from the next transaction on; those that are there stay as they are.
    pub(crate) async fn widen_enum(self, db: &impl ConnectionTrait, widening: &Widening) -> Result<(), DbErr> {
        match self {
            Self::Postgres => {
                let Widening { name, values, .. } = widening;
                for value in *values {
                    db.execute_unprepared(&format!(r#"ALTER TYPE "{name}" ADD VALUE IF NOT EXISTS '{value}'"#)).await?;
                }
                Ok(())
            }
            Self::Sqlite => widen_check(db, widening).await,
        }
    }
}

async fn widen_check(db: &impl ConnectionTrait, widening: &Widening) -> Result<(), DbErr> {
    let table = widening.table;
    let missing = || DbErr::Migration(format!("{table}.{} has no check of its type", widening.column));
    let stored = format!("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '{table}'");
    let stored: String = first(db, &stored, "sql").await?.ok_or_else(missing)?;
    let widened = widened(&stored, widening).ok_or_else(missing)?;
    if widened == stored {
        return Ok(());
    }
    db.execute_unprepared("PRAGMA writable_schema = ON").await?;
    let written = write_schema(db, table, widened).await;
    db.execute_unprepared("PRAGMA writable_schema = OFF").await?;
    written?;
    let verdict: Option<String> = first(db, &format!("PRAGMA integrity_check('{table}')"), "integrity_check").await?;
    match verdict.as_deref() {
        Some("ok") => Ok(()),
        other => Err(DbErr::Migration(format!("{table} is damaged: {}", other.unwrap_or("it cannot be checked")))),
    }
}

/// Every connection, this one too, reads the schema again when its version is another.
async fn write_schema(db: &impl ConnectionTrait, table: &str, text: String) -> Result<(), DbErr> {
    let sql = "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?";
    db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, [text.into(), table.into()])).await?;
    let version: Option<i64> = first(db, "PRAGMA schema_version", "schema_version").await?;
    let next = version.unwrap_or_default() + 1;
    db.execute_unprepared(&format!("PRAGMA schema_version = {next}")).await?;
    Ok(())
}

/// A value of the first row.
async fn first<T: TryGetable>(db: &impl ConnectionTrait, sql: &str, column: &str) -> Result<Option<T>, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    row.map(|row| row.try_get("", column)).transpose()
}

/// The text of a table with the values in the check of its column.
fn widened(text: &str, widening: &Widening) -> Option<String> {
    let Widening { table, column, values, .. } = widening;
    let rule = format!(r#"CONSTRAINT "{table}_{column}_type_check" CHECK ("{column}" IN ("#);
    let (before, rest) = text.split_once(&rule)?;
    let (known, after) = rest.split_once("))")?;
    let mut all: Vec<String> = known.split(", ").map(str::to_owned).collect();
    for value in values.iter().map(|value| format!("'{value}'")) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    Some(format!("{before}{rule}{})){after}", all.join(", ")))
}
