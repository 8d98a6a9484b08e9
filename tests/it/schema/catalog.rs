//! What the engines say about themselves.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Statement};
use tests::{Engine, TestDatabase};

/// The single column of text that a query answers.
pub(crate) async fn texts(db: &TestDatabase, sql: &str) -> Vec<String> {
    let connection = db.connection();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// How many rows of a table meet a condition.
pub(super) async fn count(db: &TestDatabase, table: &str, condition: &str) -> usize {
    let sql = format!(r#"SELECT CAST(count(*) AS text) FROM "{table}" WHERE {condition}"#);
    texts(db, &sql).await.concat().parse().expect("a number")
}

/// The names of the checks that hold a rule rather than a type.
pub(super) async fn rules(db: &TestDatabase) -> BTreeSet<String> {
    let names =
        match db.engine() {
            Engine::Postgres => texts(
                db,
                "SELECT conname::text FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace",
            )
            .await,
            Engine::Sqlite => sqlite_checks(db).await.into_iter().map(|check| check.name).collect(),
        };
    names.into_iter().filter(|name| !name.ends_with("_type_check")).collect()
}

/// A named check of SQLite, whose checks also tell what PostgreSQL holds by a type.
pub(super) struct Check {
    pub(super) table: &'static str,
    pub(super) name: String,
    pub(super) condition: String,
}

impl Check {
    /// The column of a check that holds a type.
    pub(super) fn column(&self) -> Option<&str> {
        self.name.strip_prefix(self.table)?.strip_prefix('_')?.strip_suffix("_type_check")
    }
}

pub(super) async fn sqlite_checks(db: &TestDatabase) -> Vec<Check> {
    let mut checks = Vec::new();
    for table in super::rows::TABLES {
        let sql = texts(db, &format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'")).await;
        for constraint in sql.concat().split("CONSTRAINT \"").skip(1) {
            if let Some((name, rest)) = constraint.split_once("\" CHECK (") {
                let condition = parenthesised(rest).to_owned();
                checks.push(Check { table, name: name.to_owned(), condition });
            }
        }
    }
    checks
}

/// What stands before the parenthesis that closes an opened one.
fn parenthesised(text: &str) -> &str {
    let (mut depth, mut quoted) = (1, false);
    let end = text.find(|c| {
        quoted ^= c == '\'';
        match c {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    &text[..end.expect("a closed parenthesis")]
}

/// What stands in single quotes.
pub(super) fn quoted(condition: &str) -> Vec<String> {
    condition.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}
