//! Values that the two engines return differently.

use sea_orm::{ActiveEnum, DbErr, QueryResult, RuntimeErr, sea_query::Enum};
use sqlx::Row;

/// A value of a closed vocabulary.
pub fn enum_value<E: ActiveEnum<Value = Enum>>(row: &QueryResult, index: usize) -> Result<Option<E>, DbErr> {
    let text = enum_text(row, index)?;
    text.map(|text| E::try_from_value(&Enum { type_name: "".into(), value: text.into() })).transpose()
}

/// Its name; PostgreSQL sends it as text under the enum's own type.
pub fn enum_text(row: &QueryResult, index: usize) -> Result<Option<String>, DbErr> {
    match row.try_as_pg_row() {
        Some(row) => row
            .try_get_unchecked::<Option<String>, _>(index)
            .map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into()))),
        None => row.try_get_by(index),
    }
}
