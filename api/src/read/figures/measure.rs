//! What a statement works out for a group.

use sea_orm::{DbErr, QueryResult};
use service::database::Sql;

use super::value::Value;
use crate::read::{cell::Cell, column_type::Kind, rate, table::Table};

/// A column of the statement: of the rows of a group, or of their values in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Measure {
    Rows,
    Count(usize),
    CountDistinct(usize),
    CountTrue(usize),
    CountFalse(usize),
    Sum(usize),
    Squares(usize),
    Min(usize),
    Max(usize),
    /// In hundredths of a percent.
    Percentile(usize, u32),
    Earliest(usize),
    Latest(usize),
    /// Whether texts differ.
    Differ(usize),
}

/// The digits after the point of a column's numbers, which are counted in units of the last one: nothing where the
/// database keeps whole numbers.
pub(super) fn scale(table: &Table, column: usize) -> (u32, Option<u32>) {
    match table.fields[column].ty.kind() {
        Kind::Decimal => (table.columns()[column].scale, Some(table.columns()[column].scale)),
        Kind::Rate => (rate::DIGITS, None),
        _ => (0, None),
    }
}

impl Measure {
    /// The column, if it is of one.
    pub(super) fn column(self) -> Option<usize> {
        match self {
            Self::Rows => None,
            Self::Count(column)
            | Self::CountDistinct(column)
            | Self::CountTrue(column)
            | Self::CountFalse(column)
            | Self::Sum(column)
            | Self::Squares(column)
            | Self::Min(column)
            | Self::Max(column)
            | Self::Percentile(column, _)
            | Self::Earliest(column)
            | Self::Latest(column)
            | Self::Differ(column) => Some(column),
        }
    }

    /// Writes it over the rows of `s`, whose columns are `c` with their numbers.
    pub(super) fn write(self, sql: &mut Sql, table: &Table) {
        let Some(column) = self.column() else {
            sql.push("count(*)");
            return;
        };
        let kind = table.fields[column].ty.kind();
        let mut value = |text: String| {
            match kind {
                Kind::Decimal => sql.decimal(&text),
                // What is computed has no type on SQLite, which numbers are compared by.
                Kind::Rate => sql.write(format_args!("CAST({text} AS bigint)")),
                _ => sql.push(&text),
            };
        };
        match self {
            Self::Rows => {}
            Self::Min(_) => value(format!("min(s.c{column})")),
            Self::Max(_) => value(format!("max(s.c{column})")),
            Self::Percentile(_, percent) => {
                value(format!("max(s.c{column}) FILTER (WHERE s.r{column} = (s.m{column} * {percent} + 9999) / 10000)"))
            }
            Self::Earliest(_) => value(format!("max(s.c{column}) FILTER (WHERE s.earliest = 1)")),
            Self::Latest(_) => value(format!("max(s.c{column}) FILTER (WHERE s.latest = 1)")),
            Self::Count(_) => drop(sql.write(format_args!("count(s.c{column})"))),
            Self::CountDistinct(_) => drop(sql.write(format_args!("count(DISTINCT s.c{column})"))),
            Self::CountTrue(_) => drop(sql.write(format_args!("count(*) FILTER (WHERE s.c{column})"))),
            Self::CountFalse(_) => drop(sql.write(format_args!("count(*) FILTER (WHERE NOT s.c{column})"))),
            Self::Sum(_) => drop(sql.sum(&format!("s.c{column}"), scale(table, column).1)),
            Self::Squares(_) => drop(sql.sum_of_squares(&format!("s.c{column}"), scale(table, column).1)),
            Self::Differ(_) => {
                let differ =
                    format_args!("CAST(CASE WHEN min(s.c{column}) <> max(s.c{column}) THEN 1 ELSE 0 END AS bigint)");
                sql.write(differ);
            }
        }
    }

    /// Reads it.
    pub(super) fn read(self, row: &QueryResult, index: usize, table: &Table) -> Result<Value, DbErr> {
        match self {
            Self::Min(column)
            | Self::Max(column)
            | Self::Percentile(column, _)
            | Self::Earliest(column)
            | Self::Latest(column) => {
                table.fields[column].ty.read_or_null(row, index, &table.columns()[column]).map(Value::Cell)
            }
            Self::Squares(_) => row.try_get_by(index).map(Value::Text),
            _ => row.try_get_by(index).map(Value::Number),
        }
    }

    /// Of no rows.
    pub(super) fn of_none(self) -> Value {
        match self {
            Self::Min(_) | Self::Max(_) | Self::Percentile(..) | Self::Earliest(_) | Self::Latest(_) => {
                Value::Cell(Cell::Null)
            }
            Self::Squares(_) => Value::Text("0".to_owned()),
            _ => Value::Number(0),
        }
    }

    /// Whether it says that the currencies of a group differ.
    pub(super) fn is_mixed(self, value: &Value) -> bool {
        matches!((self, value), (Self::Differ(_), Value::Number(1)))
    }

    /// Whether it can be null.
    pub(super) fn is_nullable(self) -> bool {
        matches!(self.of_none(), Value::Cell(_))
    }
}
