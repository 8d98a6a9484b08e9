//! What rows hold: ids, and values that the two engines return differently.
//!
//! Rows are read by name. A column that may be NULL reads as NULL also where the statement does not select it.

use sea_orm::{ActiveEnum, ColIdx, DbErr, QueryResult, RuntimeErr, sea_query::Enum};
use sqlx::Row;
use uuid::Uuid;

use crate::Result;

/// The ids of rows, which are in their column `id`.
pub(crate) fn ids<C: FromIterator<Uuid>>(rows: &[QueryResult]) -> Result<C> {
    Ok(rows.iter().map(|row| row.try_get_by::<Uuid, _>("id")).collect::<Result<C, DbErr>>()?)
}

/// A value of a closed vocabulary.
pub(crate) fn enum_value<E: ActiveEnum<Value = Enum>>(row: &QueryResult, column: &str) -> Result<E, DbErr> {
    enum_or_null::<E>(row, column)?.ok_or_else(|| DbErr::Type(format!("the column {column} holds nothing")))
}

/// The same where there may be none.
pub(crate) fn enum_or_null<E: ActiveEnum<Value = Enum>>(row: &QueryResult, column: &str) -> Result<Option<E>, DbErr> {
    let text = enum_text(row, column)?;
    text.map(|text| E::try_from_value(&Enum { type_name: "".into(), value: text.into() })).transpose()
}

/// Its name; PostgreSQL sends it as text under the enum's own type.
pub fn enum_text(row: &QueryResult, column: impl ColIdx) -> Result<Option<String>, DbErr> {
    match row.try_as_pg_row() {
        Some(row) => {
            row.try_get_unchecked::<Option<String>, _>(column.as_sqlx_postgres_index()).or_else(|error| match error {
                sqlx::Error::ColumnNotFound(_) => Ok(None),
                error => Err(DbErr::Query(RuntimeErr::SqlxError(error.into()))),
            })
        }
        None => row.try_get_by(column),
    }
}
