//! Many rows in one statement.

use sea_orm::Value;

use super::{
    Engine, Sql,
    cell::{Cell, CellType, write_json},
};

/// A column of records: what its value is in each.
#[derive(Debug)]
pub(crate) struct Column<T> {
    /// In the database.
    pub(crate) name: &'static str,
    pub(crate) kind: CellType,
    /// Writes the value; none is NULL.
    pub(crate) write: fn(&T, &mut String) -> bool,
    /// Whether an update to NULL leaves what is there.
    pub(crate) keeps: bool,
    /// Whether two records have other values.
    pub(crate) differs: fn(&T, &T) -> bool,
}

/// Records, in their order.
pub(crate) trait Records<'a, T: 'a>: IntoIterator<Item = &'a T> + Clone {}

impl<'a, T: 'a, R: IntoIterator<Item = &'a T> + Clone> Records<'a, T> for R {}

/// The columns of a record: the fields of these names, or `column = field.of.field`.
macro_rules! columns {
    ($record:ty: $($name:ident $(= $($field:ident).+)?),+ $(,)?) => {
        [$($crate::database::columns!(@one $record, $name, [$($($field).+)?])),+]
    };
    (@one $record:ty, $name:ident, []) => {
        $crate::database::columns!(@one $record, $name, [$name])
    };
    (@one $record:ty, $name:ident, [$($field:tt)+]) => {
        $crate::database::Column {
            name: stringify!($name),
            kind: $crate::database::kind_of(|record: &$record| &record.$($field)+),
            write: |record: &$record, text| $crate::database::Cell::write(&record.$($field)+, text),
            keeps: false,
            differs: |one: &$record, other: &$record| one.$($field)+ != other.$($field)+,
        }
    };
}
pub(crate) use columns;

impl<T> Column<T> {
    /// The same column, where NULL stands for what is there.
    pub(crate) fn keeping(self) -> Self {
        Self { keeps: true, ..self }
    }
}

/// What a field holds.
pub(crate) fn kind_of<T, C: Cell>(_: fn(&T) -> &C) -> CellType {
    C::KIND
}

impl Sql {
    /// Adds a table `k` of records: as many parameters whatever their number.
    pub(crate) fn records<'a, T: 'a>(&mut self, columns: &[Column<T>], records: impl Records<'a, T>) -> &mut Self {
        match self.engine {
            // A list for each column: reading a document costs PostgreSQL more than writing the rows.
            Engine::Postgres => {
                self.push("unnest");
                self.list(columns, |sql, column| {
                    let array = array_of(column, records.clone(), sql);
                    sql.push("CAST(").bind(array);
                    sql.write(format_args!(" AS {}[])", column.kind.postgres()));
                });
                self.push(" AS k");
                self.list(columns, |sql, column| {
                    sql.write(format_args!("\"{}\"", column.name));
                })
            }
            Engine::Sqlite => {
                self.push("(SELECT ");
                for (number, column) in columns.iter().enumerate() {
                    let separator = if number == 0 { "" } else { ", " };
                    let value = column.kind.sqlite(&format!("value ->> {number}"));
                    self.write(format_args!("{separator}{value} AS \"{}\"", column.name));
                }
                let json = json_of(columns, records, self);
                self.push(" FROM json_each(").bind(json).push(")) AS k")
            }
        }
    }

    /// Writes the insertion of records into a table; `same` is what all of them have.
    pub(crate) fn insert<'a, T: 'a>(
        &mut self,
        table: &str,
        columns: &[Column<T>],
        same: &[(&str, Value)],
        records: impl Records<'a, T>,
    ) -> &mut Self {
        self.write(format_args!("INSERT INTO {table} "));
        self.list(columns.iter().map(|column| column.name).chain(same.iter().map(|(name, _)| *name)), |sql, name| {
            sql.write(format_args!("\"{name}\""));
        });
        self.push(" SELECT ");
        for (number, column) in columns.iter().enumerate() {
            let separator = if number == 0 { "" } else { ", " };
            self.write(format_args!("{separator}\"{}\"", column.name));
        }
        for (_, value) in same {
            self.push(", ").bind(value.clone());
        }
        self.push(" FROM ").records(columns, records)
    }

    /// Writes the update of rows of a table, each found by the first column; `same` is what all of them get.
    pub(crate) fn update<'a, T: 'a>(
        &mut self,
        table: &str,
        columns: &[Column<T>],
        same: &[(&str, Value)],
        records: impl Records<'a, T>,
    ) -> &mut Self {
        let Some((key, set)) = columns.split_first() else { return self };
        self.write(format_args!("UPDATE {table} SET "));
        let mut separator = "";
        for (name, value) in same {
            self.write(format_args!("{separator}\"{name}\" = ")).bind(value.clone());
            separator = ", ";
        }
        for Column { name, keeps, .. } in set {
            match keeps {
                false => self.write(format_args!("{separator}\"{name}\" = k.\"{name}\"")),
                true => self.write(format_args!("{separator}\"{name}\" = COALESCE(k.\"{name}\", {table}.\"{name}\")")),
            };
            separator = ", ";
        }
        self.push(" FROM ").records(columns, records);
        self.write(format_args!(" WHERE {table}.\"{0}\" = k.\"{0}\"", key.name))
    }
}

/// A column of records, as PostgreSQL writes an array. Where all of them are NULL an empty one says the same.
fn array_of<'a, T: 'a>(column: &Column<T>, records: impl Records<'a, T>, sql: &mut Sql) -> String {
    let mut array = String::with_capacity(64);
    array.push('{');
    let (mut cell, mut is_null) = (String::new(), true);
    for (index, record) in records.into_iter().enumerate() {
        if index > 0 {
            array.push(',');
        }
        cell.clear();
        if !(column.write)(record, &mut cell) {
            array.push_str("NULL");
            continue;
        }
        is_null = false;
        sql.refuse(column.kind.unstorable(&cell));
        if column.kind.is_quoted() {
            quote(&mut array, &cell);
        } else {
            array.push_str(&cell);
        }
    }
    if is_null {
        array.truncate(1);
    }
    array.push('}');
    array
}

fn quote(array: &mut String, text: &str) {
    array.push('"');
    let mut rest = text;
    while let Some(place) = rest.find(['"', '\\']) {
        array.push_str(&rest[..place]);
        array.push('\\');
        array.push_str(&rest[place..=place]);
        rest = &rest[place + 1..];
    }
    array.push_str(rest);
    array.push('"');
}

/// The records as lists, in the order of the columns.
fn json_of<'a, T: 'a>(columns: &[Column<T>], records: impl Records<'a, T>, sql: &mut Sql) -> String {
    let mut json = String::from("[");
    let mut cell = String::new();
    for (index, record) in records.into_iter().enumerate() {
        json.push_str(if index == 0 { "[" } else { ",[" });
        for (number, column) in columns.iter().enumerate() {
            if number > 0 {
                json.push(',');
            }
            cell.clear();
            match (column.write)(record, &mut cell) {
                true => {
                    sql.refuse(column.kind.unstorable(&cell));
                    write_json(column.kind, &cell, &mut json);
                }
                false => json.push_str("null"),
            }
        }
        json.push(']');
    }
    json.push(']');
    json
}
