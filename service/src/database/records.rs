//! Many rows in one statement.

use serde::Serialize;
use serde_json::Value as Json;

use super::{Engine, Sql};
use crate::{Error, Result};

/// What a column of [`Sql::records`] holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A UUID.
    Id,
    /// A text.
    Text,
    /// A whole number of 32 bits.
    Integer,
    /// True or false.
    Boolean,
    /// An exact number.
    Decimal,
    /// A moment, in UTC.
    Time,
    /// A JSON document.
    Json,
    /// A value of the enum with this name.
    Enum(&'static str),
}

impl Kind {
    fn postgres(self) -> &'static str {
        match self {
            Self::Id => "uuid",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Time => "timestamptz",
            Self::Json => "jsonb",
            Self::Enum(name) => name,
        }
    }

    fn sqlite(self, value: &str) -> String {
        match self {
            Self::Id => format!("unhex(replace({value}, '-', ''))"),
            Self::Text | Self::Integer | Self::Boolean | Self::Json | Self::Enum(_) => value.to_owned(),
            Self::Decimal => format!("CAST({value} AS REAL)"),
            // As every time stands in the file.
            Self::Time => format!("replace({value}, 'Z', '+00:00')"),
        }
    }
}

impl Sql {
    /// Adds a table `k` of records: as many parameters whatever their number. Each record is an object with these
    /// columns; what it leaves out is NULL.
    pub fn records(&mut self, columns: &[(&str, Kind)], records: &[impl Serialize]) -> Result<&mut Self> {
        let no_json = |error| Error::internal(format!("records that are no JSON: {error}"));
        match self.engine {
            // A list for each column: reading a document costs PostgreSQL more than writing the rows.
            Engine::Postgres => {
                let records = records.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
                let records = records.map_err(no_json)?;
                self.push("unnest");
                self.list(columns, |sql, (name, kind)| {
                    sql.push("CAST(").bind(array_of(&records, name));
                    sql.write(format_args!(" AS {}[])", kind.postgres()));
                });
                self.push(" AS k");
                Ok(self.list(columns, |sql, (name, _)| {
                    sql.write(format_args!("\"{name}\""));
                }))
            }
            Engine::Sqlite => {
                let json = serde_json::to_string(records).map_err(no_json)?;
                self.push("(SELECT ");
                for (number, (name, kind)) in columns.iter().enumerate() {
                    let separator = if number == 0 { "" } else { ", " };
                    let value = kind.sqlite(&format!("value ->> '$.{name}'"));
                    self.write(format_args!("{separator}{value} AS \"{name}\""));
                }
                Ok(self.push(" FROM json_each(").bind(json).push(")) AS k"))
            }
        }
    }

    /// Writes the insertion of records into a table; columns as [`Sql::records`] has them.
    pub fn insert(&mut self, table: &str, columns: &[(&str, Kind)], records: &[impl Serialize]) -> Result<&mut Self> {
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let names = names.join(", ");
        self.write(format_args!("INSERT INTO {table} ({names}) SELECT {names} FROM ")).records(columns, records)
    }
}

/// A column of records, as PostgreSQL writes an array.
fn array_of(records: &[Json], column: &str) -> String {
    let mut array = String::with_capacity(records.len() * 40 + 2);
    array.push('{');
    for (index, record) in records.iter().enumerate() {
        if index > 0 {
            array.push(',');
        }
        match record.get(column) {
            None | Some(Json::Null) => array.push_str("NULL"),
            Some(Json::String(text)) => quote(&mut array, text),
            Some(value) => quote(&mut array, &value.to_string()),
        }
    }
    array.push('}');
    array
}

fn quote(array: &mut String, text: &str) {
    array.push('"');
    if !text.contains(['"', '\\']) {
        array.push_str(text);
        array.push('"');
        return;
    }
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            array.push('\\');
        }
        array.push(letter);
    }
    array.push('"');
}
