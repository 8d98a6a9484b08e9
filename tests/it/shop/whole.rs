//! All that a database holds, to tell whether a call has left anything.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, QueryResult, Statement};
use tests::{Engine, TestDatabase};

use crate::schema::{catalog::texts, rows::TABLES};

/// The rows of each table, as a text.
pub(super) type Content = BTreeMap<String, String>;

/// The statement that reads all tables.
pub(super) struct Whole(String);

impl Whole {
    pub(super) async fn of(db: &TestDatabase) -> Self {
        let mut parts = Vec::new();
        for table in TABLES {
            let rows = match db.engine() {
                Engine::Postgres => {
                    let row = "CAST(t AS text)";
                    format!(r#"SELECT string_agg({row}, ' ' ORDER BY {row}) FROM "{table}" AS t"#)
                }
                Engine::Sqlite => {
                    let columns = texts(db, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
                    let row: Vec<String> = columns.iter().map(|column| format!(r#"quote("{column}")"#)).collect();
                    let row = row.join(" || ',' || ");
                    format!(r#"SELECT group_concat(line, ' ') FROM (SELECT {row} AS line FROM "{table}" ORDER BY 1)"#)
                }
            };
            parts.push(format!("SELECT '{table}' AS name, COALESCE(({rows}), '') AS content"));
        }
        Self(parts.join(" UNION ALL "))
    }

    /// What there is now.
    pub(super) async fn read(&self, db: &TestDatabase) -> Content {
        let connection = db.connection();
        let statement = Statement::from_string(connection.get_database_backend(), self.0.as_str());
        let rows = connection.query_all_raw(statement).await.expect("all tables");
        let text = |row: &QueryResult, index: usize| row.try_get_by_index(index).expect("a text");
        rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
    }
}

/// Fails with the tables that are not as they were.
pub(super) fn assert_same(before: &Content, after: &Content, what: &str) {
    let differs = |(table, rows): &(&String, &String)| after.get(*table) != Some(*rows);
    let different: Vec<&String> = before.iter().filter(differs).map(|(table, _)| table).collect();
    assert!(different.is_empty() && before.len() == after.len(), "{what} has left something in {different:?}");
}
