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
    /// Whether an update finds its row by this column too.
    pub(crate) is_key: bool,
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
            is_key: false,
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

    /// The same column, by which an update finds its row together with the first one.
    pub(crate) fn keyed(self) -> Self {
        Self { is_key: true, ..self }
    }

    /// What it is, whatever its records are.
    pub(super) fn head(&self) -> Head {
        Head { name: self.name, kind: self.kind, keeps: self.keeps, is_key: self.is_key }
    }
}

/// What a column is, whatever its records are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) name: &'static str,
    kind: CellType,
    pub(super) keeps: bool,
    pub(super) is_key: bool,
}

/// Records as they are written: rows of cells.
pub(super) struct Rows<'a> {
    pub(super) heads: &'a [Head],
    pub(super) count: usize,
    /// Writes the cell of a row and a column; false is NULL.
    pub(super) cell: &'a dyn Fn(usize, usize, &mut String) -> bool,
}

/// Has records written as rows.
fn as_rows<'a, T: 'a>(columns: &[Column<T>], records: impl Records<'a, T>, write: impl FnOnce(&Rows<'_>)) {
    let heads: Vec<Head> = columns.iter().map(Column::head).collect();
    let records: Vec<&T> = records.into_iter().collect();
    let cell = |row: usize, column: usize, text: &mut String| match (records.get(row), columns.get(column)) {
        (Some(record), Some(column)) => (column.write)(record, text),
        _ => false,
    };
    write(&Rows { heads: &heads, count: records.len(), cell: &cell });
}

/// What a field holds.
pub(crate) fn kind_of<T, C: Cell>(_: fn(&T) -> &C) -> CellType {
    C::KIND
}

impl Sql {
    /// Adds a table `k` of records: as many parameters whatever their number.
    pub(crate) fn records<'a, T: 'a>(&mut self, columns: &[Column<T>], records: impl Records<'a, T>) -> &mut Self {
        as_rows(columns, records, |rows| {
            self.table(rows);
        });
        self
    }

    /// Writes the insertion of records into a table; `same` is what all of them have.
    pub(crate) fn insert<'a, T: 'a>(
        &mut self,
        table: &str,
        columns: &[Column<T>],
        same: &[(&str, Value)],
        records: impl Records<'a, T>,
    ) -> &mut Self {
        as_rows(columns, records, |rows| {
            self.insert_rows(table, same, rows);
        });
        self
    }

    /// Writes the update of rows of a table, each found by the first column and the other keys; `same` is what all of
    /// them get.
    pub(crate) fn update<'a, T: 'a>(
        &mut self,
        table: &str,
        columns: &[Column<T>],
        same: &[(&str, Value)],
        records: impl Records<'a, T>,
    ) -> &mut Self {
        as_rows(columns, records, |rows| {
            self.update_rows(table, same, rows);
        });
        self
    }

    /// What [`insert`](Self::insert) writes.
    pub(super) fn insert_rows(&mut self, table: &str, same: &[(&str, Value)], rows: &Rows<'_>) -> &mut Self {
        self.write(format_args!("INSERT INTO {table} "));
        self.list(rows.heads.iter().map(|head| head.name).chain(same.iter().map(|(name, _)| *name)), |sql, name| {
            sql.write(format_args!("\"{name}\""));
        });
        self.push(" SELECT ");
        for (number, head) in rows.heads.iter().enumerate() {
            let separator = if number == 0 { "" } else { ", " };
            self.write(format_args!("{separator}\"{}\"", head.name));
        }
        for (_, value) in same {
            self.push(", ").bind(value.clone());
        }
        self.push(" FROM ").table(rows)
    }

    /// What [`update`](Self::update) writes.
    pub(super) fn update_rows(&mut self, table: &str, same: &[(&str, Value)], rows: &Rows<'_>) -> &mut Self {
        let Some((key, set)) = rows.heads.split_first() else { return self };
        self.write(format_args!("UPDATE {table} SET "));
        let mut separator = "";
        for (name, value) in same {
            self.write(format_args!("{separator}\"{name}\" = ")).bind(value.clone());
            separator = ", ";
        }
        for Head { name, keeps, .. } in set.iter().filter(|head| !head.is_key) {
            match keeps {
                false => self.write(format_args!("{separator}\"{name}\" = k.\"{name}\"")),
                true => self.write(format_args!("{separator}\"{name}\" = COALESCE(k.\"{name}\", {table}.\"{name}\")")),
            };
            separator = ", ";
        }
        self.push(" FROM ").table(rows);
        self.write(format_args!(" WHERE {table}.\"{0}\" = k.\"{0}\"", key.name));
        for Head { name, .. } in set.iter().filter(|head| head.is_key) {
            self.write(format_args!(" AND {table}.\"{name}\" = k.\"{name}\""));
        }
        self
    }

    /// Adds a table `k` of rows.
    fn table(&mut self, rows: &Rows<'_>) -> &mut Self {
        match self.engine {
            // A list for each column: reading a document costs PostgreSQL more than writing the rows.
            Engine::Postgres => {
                self.push("unnest");
                self.list(rows.heads.iter().enumerate(), |sql, (column, head)| {
                    let array = rows.array(column, head.kind, sql);
                    sql.push("CAST(").bind(array);
                    sql.write(format_args!(" AS {}[])", head.kind.postgres()));
                });
                self.push(" AS k");
                self.list(rows.heads, |sql, head| {
                    sql.write(format_args!("\"{}\"", head.name));
                })
            }
            Engine::Sqlite => {
                self.push("(SELECT ");
                for (number, head) in rows.heads.iter().enumerate() {
                    let separator = if number == 0 { "" } else { ", " };
                    let value = head.kind.sqlite(&format!("value ->> {number}"));
                    self.write(format_args!("{separator}{value} AS \"{}\"", head.name));
                }
                let json = rows.json(self);
                self.push(" FROM json_each(").bind(json).push(")) AS k")
            }
        }
    }
}

impl Rows<'_> {
    /// A column, as PostgreSQL writes an array. Where all of it is NULL an empty one says the same.
    fn array(&self, column: usize, kind: CellType, sql: &mut Sql) -> String {
        let mut array = String::with_capacity(64);
        array.push('{');
        let (mut cell, mut is_null) = (String::new(), true);
        for row in 0..self.count {
            if row > 0 {
                array.push(',');
            }
            cell.clear();
            if !(self.cell)(row, column, &mut cell) {
                array.push_str("NULL");
                continue;
            }
            is_null = false;
            sql.refuse(kind.unstorable(&cell));
            if kind.is_quoted() {
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

    /// The rows as lists, in the order of the columns.
    fn json(&self, sql: &mut Sql) -> String {
        let mut json = String::from("[");
        let mut cell = String::new();
        for row in 0..self.count {
            json.push_str(if row == 0 { "[" } else { ",[" });
            for (column, head) in self.heads.iter().enumerate() {
                if column > 0 {
                    json.push(',');
                }
                cell.clear();
                match (self.cell)(row, column, &mut cell) {
                    true => {
                        sql.refuse(head.kind.unstorable(&cell));
                        write_json(head.kind, &cell, &mut json);
                    }
                    false => json.push_str("null"),
                }
            }
            json.push(']');
        }
        json.push(']');
        json
    }
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
