//! Values that the two engines return differently.

use sea_orm::{DbErr, QueryResult, RuntimeErr};
use sqlx::Row;

/// The name of an enum value; PostgreSQL sends it as text under the enum's own type.
pub fn enum_value(row: &QueryResult, index: usize) -> Result<Option<String>, DbErr> {
    match row.try_as_pg_row() {
        Some(row) => row
            .try_get_unchecked::<Option<String>, _>(index)
            .map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into()))),
        None => row.try_get_by(index),
    }
}
