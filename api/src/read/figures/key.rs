//! What rows are grouped by: a column, of the rows or of one that they point at, or the periods that its times lie in.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, QueryResult, Value as Parameter};
use serde_json::{Value as Json, json};
use service::{
    database::Sql,
    zone::{self, Span, Tz},
};

use crate::read::{
    cell::Cell,
    column_type::Kind,
    names::camel,
    table::{ColumnField, Table},
};

/// A key of groups.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The relations that lead to the column, by their numbers in each table.
    pub(super) path: Vec<usize>,
    pub(super) column: usize,
    pub(super) bucket: Option<Bucket>,
}

/// The periods that times lie in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Bucket {
    pub(super) span: Span,
    /// Nothing for days, which have none, and for the shop's own.
    pub(super) zone: Option<Tz>,
    /// Whether the column has days.
    pub(super) is_date: bool,
}

/// The most relations that lead to a key.
pub(super) const MAX_PATH: usize = 3;

/// The tables along a path, from the one it starts from.
pub(super) fn tables(of: &'static Table, path: &[usize]) -> impl Iterator<Item = &'static Table> {
    let next = |table: &mut &'static Table, relation: &usize| {
        *table = (table.to_one[*relation].target)();
        Some(*table)
    };
    std::iter::once(of).chain(path.iter().scan(of, next))
}

impl Key {
    /// The table of its column.
    pub(super) fn table(&self, of: &'static Table) -> &'static Table {
        tables(of, &self.path).last().unwrap_or(of)
    }

    fn field(&self, of: &'static Table) -> &'static ColumnField {
        &self.table(of).fields[self.column]
    }

    /// Writes it; `column` is the column.
    pub(super) fn write(&self, sql: &mut Sql, column: &str, zone: Tz) {
        match self.bucket {
            None => drop(sql.push(column)),
            Some(Bucket { span, is_date: true, .. }) => drop(sql.first_day_of(column, span)),
            Some(Bucket { span: Span::Hour, zone: own, .. }) => {
                sql.first_second(column, own.unwrap_or(zone));
            }
            Some(Bucket { span, zone: own, .. }) => drop(sql.first_day(column, span, own.unwrap_or(zone))),
        }
    }

    /// Writes it as groups show it: `column` is what [`Key::write`] wrote.
    pub(super) fn write_shown(&self, of: &'static Table, sql: &mut Sql, column: &str) {
        match self.field(of).ty.kind() {
            Kind::Choice(_) => sql.choice_text(column),
            _ => sql.push(column),
        };
    }

    /// Reads it.
    pub(super) fn read(&self, of: &'static Table, row: &QueryResult, index: usize) -> Result<Cell, DbErr> {
        let cell = match self.bucket {
            None => {
                let column = &self.table(of).columns()[self.column];
                return self.field(of).ty.read_or_null(row, index, column);
            }
            Some(Bucket { span: Span::Hour, .. }) => {
                let second: Option<i64> = row.try_get_by(index)?;
                second.and_then(|second| DateTime::from_timestamp(second, 0)).map(Cell::DateTime)
            }
            Some(_) => row.try_get_by::<Option<NaiveDate>, _>(index)?.map(Cell::Date),
        };
        Ok(cell.unwrap_or(Cell::Null))
    }

    /// The parameter that a key of a cursor stands for.
    pub(super) fn parameter(&self, of: &'static Table, text: &str) -> Option<Parameter> {
        Some(match self.bucket {
            None => return self.field(of).ty.parameter(text),
            Some(Bucket { span: Span::Hour, .. }) => {
                DateTime::parse_from_rfc3339(text).ok()?.to_utc().timestamp().into()
            }
            Some(_) => text.parse::<NaiveDate>().ok()?.into(),
        })
    }

    /// What it is, by names.
    pub(super) fn identity(&self, of: &'static Table, zone: Tz) -> Json {
        let relations = tables(of, &self.path).zip(&self.path).map(|(table, relation)| table.to_one[*relation].name);
        let relations: Vec<String> = relations.map(camel).collect();
        let bucket = self.bucket.map(|Bucket { span, zone: own, is_date }| {
            let zone = (!is_date).then(|| own.unwrap_or(zone).name());
            json!([format!("{span:?}"), zone])
        });
        json!([relations, self.field(of).name, bucket])
    }
}

impl Bucket {
    /// Where the period of a key begins and where it ends.
    pub(super) fn ends(&self, key: &Cell, zone: Tz) -> Option<[Cell; 2]> {
        let zone = self.zone.unwrap_or(zone);
        match key {
            Cell::Date(day) if self.is_date => {
                Some([self.span.first_day(*day), self.span.next_day(*day).min(last_day())].map(Cell::Date))
            }
            Cell::Date(day) => Some(ends(zone::period_of(self.span, *day, zone))),
            Cell::DateTime(at) => Some(ends(zone::period_at(self.span, *at, zone))),
            _ => None,
        }
    }
}

fn ends(period: zone::Period) -> [Cell; 2] {
    [period.start, period.end].map(|at: DateTime<Utc>| Cell::DateTime(at))
}

/// The last day that inputs can have: what begins in the last year ends there.
fn last_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX)
}
