//! Hashes of addresses beside them. They are made here because SQLite has no such function, a page of rows at a time.

use std::fmt::Write;

use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, QueryResult, Statement, Value},
};
use sha2::{Digest, Sha256};

/// How many addresses are hashed with one statement.
const PAGE: usize = 1_000;

/// The addresses of a table that get hashes.
pub(crate) struct Hashing {
    pub(crate) table: &'static str,
    /// Which they are. The first one leads through the table: it has an index and is never NULL.
    pub(crate) addresses: &'static [Address],
}

/// A column with an address, and that of its hash.
pub(crate) struct Address {
    pub(crate) column: &'static str,
    pub(crate) hash: &'static str,
    /// What stands before an address in what is hashed.
    pub(crate) channel: &'static str,
    /// An address as it is hashed, however it is written.
    pub(crate) normal: fn(&str) -> String,
}

/// Writes the hashes of all addresses of a table.
pub(crate) async fn hash_addresses(db: &impl ConnectionTrait, hashing: &Hashing) -> Result<(), DbErr> {
    let Hashing { table, addresses } = hashing;
    let Some(first) = addresses.first() else { return Ok(()) };
    let mut after: Option<String> = None;
    loop {
        let page = read_page(db, hashing, first, after.as_deref()).await?;
        let Some(last) = page.last() else { return Ok(()) };
        let (updated, values) = update(table, addresses, &page);
        after = last.first().cloned().flatten();
        let backend = db.get_database_backend();
        db.execute_raw(Statement::from_sql_and_values(backend, updated, values)).await?;
        if page.len() < PAGE {
            return Ok(());
        }
    }
}

/// Addresses of rows, those of a row in the order of the columns.
async fn read_page(
    db: &impl ConnectionTrait,
    Hashing { table, addresses }: &Hashing,
    first: &Address,
    after: Option<&str>,
) -> Result<Vec<Vec<Option<String>>>, DbErr> {
    let columns: Vec<String> = addresses.iter().map(|address| format!(r#""{}""#, address.column)).collect();
    let (columns, key) = (columns.join(", "), first.column);
    let from = if after.is_some() { format!(r#" WHERE "{key}" > $1"#) } else { String::new() };
    let sql = format!(r#"SELECT DISTINCT {columns} FROM "{table}"{from} ORDER BY "{key}" LIMIT {PAGE}"#);
    let values: Vec<Value> = after.map(|after| Value::from(after.to_owned())).into_iter().collect();
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let read = |row: &QueryResult| -> Result<Vec<Option<String>>, DbErr> {
        addresses.iter().map(|address| row.try_get("", address.column)).collect()
    };
    rows.iter().map(read).collect()
}

/// The statement that writes the hashes of a page, with its values: the address that leads, and the hash of each.
fn update(table: &str, addresses: &[Address], page: &[Vec<Option<String>>]) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut rows = Vec::with_capacity(page.len());
    for row in page {
        let mut places = Vec::with_capacity(1 + addresses.len());
        let hashes = addresses.iter().zip(row).map(|(address, text)| text.as_deref().map(|text| address.hash_of(text)));
        for value in row.iter().take(1).cloned().chain(hashes) {
            values.push(Value::from(value));
            places.push(format!("${}", values.len()));
        }
        rows.push(format!("({})", places.join(", ")));
    }
    // Both engines name the columns of values so.
    let set = addresses.iter().zip(2..).map(|(address, place)| format!(r#""{}" = page.column{place}"#, address.hash));
    let key = addresses.first().map(|address| address.column).unwrap_or_default();
    let sql = format!(
        r#"UPDATE "{table}" SET {} FROM (VALUES {}) AS page WHERE page.column1 = "{table}"."{key}""#,
        set.collect::<Vec<_>>().join(", "),
        rows.join(", ")
    );
    (sql, values)
}

impl Address {
    /// The SHA-256 of an address, in hexadecimal digits.
    fn hash_of(&self, text: &str) -> String {
        let digest = Sha256::digest(format!("{}:{}", self.channel, (self.normal)(text)));
        digest.iter().fold(String::new(), |mut digits, byte| {
            // Writing to a string does not fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }
}
