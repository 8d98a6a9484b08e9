//! A column's value: how it is read, compared and carried in a cursor.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    ContextSelectionSet, InputType, OutputType, Positioned, ServerError, ServerResult, parser::types::Field,
    registry::Registry,
};
use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use sea_orm::{DbErr, QueryResult, Value};
use serde_json::Value as Json;
use service::{Error, Result};

use super::{
    operators::{
        BooleanFilter, DateFilter, DateTimeFilter, DecimalFilter, IdFilter, IntFilter, JsonFilter, Operators,
        TextFilter, TextListFilter,
    },
    resource::{Column, Columns},
    scalars::{Date, Id},
};

/// A type that a column can have.
pub trait Cell: OutputType + Clone + Send + Sync + 'static {
    /// What a filter can ask of such a column.
    type Operators: Operators + InputType;

    /// Reads a value that may be null.
    fn read_nullable(row: &QueryResult, index: usize, column: &Column) -> Result<Option<Self>, DbErr>;

    /// Reads a value that a column of this type always has.
    fn read(row: &QueryResult, index: usize, column: &Column) -> Result<Self, DbErr> {
        Self::read_nullable(row, index, column)?
            .ok_or_else(|| DbErr::Type(format!("the column {} is null", column.name)))
    }

    /// The value as an answer shows it.
    fn show(&self) -> async_graphql::Value;

    /// The value as a cursor carries it, `None` for null. No list is ordered by types without one.
    fn to_key(&self) -> Option<String> {
        None
    }

    /// The parameter that a key stands for; `None` when it stands for nothing.
    fn from_key(_key: &str) -> Option<Value> {
        None
    }
}

impl<T: Cell> Cell for Option<T> {
    type Operators = T::Operators;

    fn read_nullable(row: &QueryResult, index: usize, column: &Column) -> Result<Option<Self>, DbErr> {
        Ok(Some(T::read_nullable(row, index, column)?))
    }

    fn read(row: &QueryResult, index: usize, column: &Column) -> Result<Self, DbErr> {
        T::read_nullable(row, index, column)
    }

    fn show(&self) -> async_graphql::Value {
        self.as_ref().map(T::show).unwrap_or_default()
    }

    fn to_key(&self) -> Option<String> {
        self.as_ref().and_then(T::to_key)
    }

    fn from_key(key: &str) -> Option<Value> {
        T::from_key(key)
    }
}

macro_rules! cell {
    ($ty:ty, $operators:ty, $row:ident, $index:ident, $column:ident => $read:expr $(, $value:ident => $key:expr, $text:ident => $parse:expr)?) => {
        impl Cell for $ty {
            type Operators = $operators;

            fn read_nullable($row: &QueryResult, $index: usize, $column: &Column) -> Result<Option<Self>, DbErr> {
                $read
            }

            fn show(&self) -> async_graphql::Value {
                shown(self)
            }

            $(
                fn to_key(&self) -> Option<String> {
                    let $value = self;
                    Some($key)
                }

                fn from_key($text: &str) -> Option<Value> {
                    $parse
                }
            )?
        }
    };
}

cell!(Id, IdFilter, row, index, _column => Ok(row.try_get_by::<Option<_>, _>(index)?.map(Id)),
    id => id.0.simple().to_string(), text => Some(Value::from(uuid::Uuid::try_parse(text).ok()?)));
cell!(String, TextFilter, row, index, _column => row.try_get_by(index),
    it => it.clone(), text => Some(Value::from(text)));
cell!(i32, IntFilter, row, index, _column => row.try_get_by(index),
    it => it.to_string(), text => Some(Value::from(text.parse::<i32>().ok()?)));
cell!(bool, BooleanFilter, row, index, _column => row.try_get_by(index),
    it => it.to_string(), text => Some(Value::from(text.parse::<bool>().ok()?)));
cell!(Decimal, DecimalFilter, row, index, column => {
    let mut value: Option<Decimal> = row.try_get_by(index)?;
    // SQLite keeps no scale, and both engines shall show 12.50 as 12.50.
    if let Some(value) = &mut value {
        value.rescale(column.scale);
    }
    Ok(value)
}, it => it.to_string(), text => Some(Value::from(text.parse::<Decimal>().ok()?)));
cell!(DateTime<Utc>, DateTimeFilter, row, index, _column => row.try_get_by(index),
    it => it.to_rfc3339_opts(SecondsFormat::Micros, true),
    text => Some(Value::from(DateTime::parse_from_rfc3339(text).ok()?.to_utc())));
cell!(Date, DateFilter, row, index, _column => Ok(row.try_get_by::<Option<_>, _>(index)?.map(Date)),
    it => it.0.to_string(), text => Some(Value::from(text.parse::<chrono::NaiveDate>().ok()?)));

impl Cell for Json {
    type Operators = JsonFilter;

    fn read_nullable(row: &QueryResult, index: usize, _: &Column) -> Result<Option<Self>, DbErr> {
        row.try_get_by(index)
    }

    fn show(&self) -> async_graphql::Value {
        async_graphql::Value::from_json(self.clone()).unwrap_or_default()
    }
}

cell!(Vec<String>, TextListFilter, row, index, column => list(row, index, column));
cell!(Vec<Id>, TextListFilter, row, index, column =>
    Ok(list(row, index, column)?.map(|ids: Vec<uuid::Uuid>| ids.into_iter().map(Id).collect())));

/// What GraphQL shows of a scalar, a list of scalars, or a value of a closed vocabulary.
pub fn shown(value: &impl InputType) -> async_graphql::Value {
    value.to_value()
}

fn list<T: serde::de::DeserializeOwned>(
    row: &QueryResult,
    index: usize,
    column: &Column,
) -> Result<Option<Vec<T>>, DbErr> {
    let Some(json) = row.try_get_by::<Option<Json>, _>(index)? else {
        return Ok(None);
    };
    serde_json::from_value(json).map(Some).map_err(|error| DbErr::Type(format!("{}: {error}", column.name)))
}

/// A column's value, where the query asked for it.
#[derive(Clone, Debug)]
pub struct Loaded<T>(Option<T>);

impl<T> Default for Loaded<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> From<T> for Loaded<T> {
    fn from(value: T) -> Self {
        Self(Some(value))
    }
}

impl<T> Loaded<T> {
    /// What an answer shows, if the column was asked for.
    pub fn show(&self) -> Option<async_graphql::Value>
    where
        T: Cell,
    {
        self.0.as_ref().map(T::show)
    }

    /// Reads the next value of a row, if the column is in the set that was asked for.
    pub fn read(
        row: &QueryResult,
        index: &mut usize,
        number: usize,
        columns: &[Column],
        asked: Columns,
    ) -> Result<Self, DbErr>
    where
        T: Cell,
    {
        if !asked.has(number) {
            return Ok(Self(None));
        }
        let value = T::read(row, *index, &columns[number])?;
        *index += 1;
        Ok(Self(Some(value)))
    }

    /// The value; an error says that a field forgot to name the columns it needs.
    pub fn get(&self) -> Result<&T> {
        self.0.as_ref().ok_or_else(|| Error::internal(NOT_LOADED))
    }
}

pub(super) const NOT_LOADED: &str = "a column is used that was not loaded";

impl<T: OutputType> OutputType for Loaded<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<async_graphql::Value> {
        match &self.0 {
            Some(value) => value.resolve(ctx, field).await,
            None => {
                let mut error = ServerError::new(NOT_LOADED, Some(field.pos));
                error.source = Some(Arc::new(Error::internal(NOT_LOADED)));
                Err(ctx.set_error_path(error))
            }
        }
    }
}
