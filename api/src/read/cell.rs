//! A column's value: how it is read, compared and carried in a cursor.

use async_graphql::{OutputType, registry::Registry, resolver_utils::EnumType};
use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
use sea_orm::{DbErr, QueryResult, Value};
use serde_json::Value as Json;
use service::{Error, Result};
use uuid::Uuid;

use super::{
    column::Column,
    json::{self, Json as JsonText},
    operators::{
        BooleanFilter, DateFilter, DateTimeFilter, DecimalFilter, IdFilter, IntFilter, JsonFilter, Operators,
        OperatorsType, TextFilter, TextListFilter,
    },
    scalars::{Date, Id},
};

/// A type that a column can have.
pub trait Cell: OutputType + Sized + Send + Sync + 'static {
    /// The field's type in the generated entity.
    type Stored;

    /// What a filter can ask of such a column.
    type Operators: Operators;

    /// Reads a value that may be null.
    fn read_nullable(row: &QueryResult, index: usize, column: &Column) -> Result<Option<Self>, DbErr>;

    /// Reads a value that a column of this type always has.
    fn read(row: &QueryResult, index: usize, column: &Column) -> Result<Self, DbErr> {
        Self::read_nullable(row, index, column)?
            .ok_or_else(|| DbErr::Type(format!("the column {} is null", column.name)))
    }

    /// Writes the value as an answer shows it.
    fn write(&self, json: &mut JsonText);

    /// The key that it is, if it is one.
    fn id(&self) -> Option<Uuid> {
        None
    }

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
    type Stored = Option<T::Stored>;
    type Operators = T::Operators;

    fn read_nullable(row: &QueryResult, index: usize, column: &Column) -> Result<Option<Self>, DbErr> {
        Ok(Some(T::read_nullable(row, index, column)?))
    }

    fn read(row: &QueryResult, index: usize, column: &Column) -> Result<Self, DbErr> {
        T::read_nullable(row, index, column)
    }

    fn write(&self, json: &mut JsonText) {
        match self {
            Some(value) => value.write(json),
            None => json::null(json),
        }
    }

    fn id(&self) -> Option<Uuid> {
        self.as_ref().and_then(T::id)
    }

    fn to_key(&self) -> Option<String> {
        self.as_ref().and_then(T::to_key)
    }

    fn from_key(key: &str) -> Option<Value> {
        T::from_key(key)
    }
}

macro_rules! cell {
    ($ty:ty as $stored:ty, $operators:ty, |$row:ident, $index:ident, $column:ident| $read:expr, |$written:ident, $json:ident| $write:expr,
        $(|$value:ident| $key:expr, |$text:ident| $parse:expr,)? $(id |$itself:ident| $id:expr,)?
    ) => {
        impl Cell for $ty {
            type Stored = $stored;
            type Operators = $operators;

            fn read_nullable($row: &QueryResult, $index: usize, $column: &Column) -> Result<Option<Self>, DbErr> {
                $read
            }

            fn write(&self, $json: &mut JsonText) {
                let $written = self;
                $write;
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

            $(
                fn id(&self) -> Option<Uuid> {
                    let $itself = self;
                    Some($id)
                }
            )?
        }
    };
}

cell!(
    Id as Uuid,
    IdFilter,
    |row, index, _column| Ok(row.try_get_by::<Option<_>, _>(index)?.map(Id)),
    |it, json| json::id(json, it.0),
    |it| it.0.simple().to_string(),
    |text| Some(Value::from(Uuid::try_parse(text).ok()?)),
    id | it | it.0,
);
cell!(
    String as String,
    TextFilter,
    |row, index, _column| row.try_get_by(index),
    |it, json| json::text(json, it),
    |it| it.clone(),
    |text| Some(Value::from(text)),
);
cell!(
    i32 as i32,
    IntFilter,
    |row, index, _column| row.try_get_by(index),
    |it, json| json::display(json, it),
    |it| it.to_string(),
    |text| Some(Value::from(text.parse::<i32>().ok()?)),
);
cell!(
    bool as bool,
    BooleanFilter,
    |row, index, _column| row.try_get_by(index),
    |it, json| json::display(json, it),
    |it| it.to_string(),
    |text| Some(Value::from(text.parse::<bool>().ok()?)),
);
cell!(
    Decimal as Decimal,
    DecimalFilter,
    |row, index, column| {
        let mut value: Option<Decimal> = row.try_get_by(index)?;
        // SQLite keeps no scale, and both engines shall show 12.50 as 12.50.
        if let Some(value) = &mut value {
            value.rescale(column.scale);
        }
        Ok(value)
    },
    |it, json| json::quoted(json, &it.to_string()),
    |it| it.to_string(),
    |text| Some(Value::from(text.parse::<Decimal>().ok()?)),
);
cell!(
    DateTime<Utc> as DateTime<FixedOffset>,
    DateTimeFilter,
    |row, index, _column| row.try_get_by(index),
    |it, json| json::moment(json, it),
    |it| it.to_rfc3339_opts(SecondsFormat::Micros, true),
    |text| Some(Value::from(DateTime::parse_from_rfc3339(text).ok()?.to_utc())),
);
cell!(
    Date as NaiveDate,
    DateFilter,
    |row, index, _column| Ok(row.try_get_by::<Option<_>, _>(index)?.map(Date)),
    |it, json| json::quoted(json, &it.0.to_string()),
    |it| it.0.to_string(),
    |text| Some(Value::from(text.parse::<NaiveDate>().ok()?)),
);
cell!(
    Json as Json,
    JsonFilter,
    |row, index, _column| row.try_get_by(index),
    // Writing to memory does not fail.
    |it, json| drop(serde_json::to_writer(json, it)),
);
cell!(
    Vec<String> as Json, TextListFilter, |row, index, column| list(row, index, column), |it, json| json::list(
    json,
    it,
    |json, text| json::text(json, text)
),);
cell!(
    Vec<Id> as Json,
    TextListFilter,
    |row, index, column| Ok(list(row, index, column)?.map(|ids: Vec<Uuid>| ids.into_iter().map(Id).collect())),
    |it, json| json::list(json, it, |json, id| json::id(json, id.0)),
);

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
    /// The value; an error says that a field forgot to name the columns it needs.
    pub fn get(&self) -> Result<&T> {
        self.0.as_ref().ok_or_else(not_loaded)
    }
}

/// The error of a value that is used and was not read.
pub fn not_loaded() -> Error {
    Error::internal("a column is used that was not loaded")
}

/// Writes a value of a closed vocabulary.
pub fn write_choice<T: EnumType>(json: &mut JsonText, value: T) {
    match T::items().iter().find(|item| item.value == value) {
        Some(item) => json::quoted(json, item.name),
        None => json::null(json),
    }
}

/// The type of a column, as a value.
pub struct CellType {
    /// Adds it to the schema, and says its name.
    pub register: fn(&mut Registry) -> String,
    /// What a filter can ask of it.
    pub operators: OperatorsType,
}

impl CellType {
    /// Columns of this type.
    pub const fn of<T: Cell>() -> Self {
        Self { register: T::create_type_info, operators: OperatorsType::of::<T::Operators>() }
    }
}

/// The value of a column, whatever its type is.
pub trait AnyCell {
    /// Reads it from a row.
    fn read(&mut self, row: &QueryResult, index: usize, column: &Column) -> Result<(), DbErr>;

    /// Writes it as an answer shows it.
    fn write(&self, json: &mut JsonText) -> Result<()>;

    /// The value as a cursor carries it.
    fn key(&self) -> Result<Option<String>>;

    /// The key that it is; nothing for null.
    fn id(&self) -> Result<Option<Uuid>>;

    /// The parameter that a key of a cursor stands for; nothing when it stands for none.
    fn parameter(&self, key: &str) -> Option<Value>;
}

impl<T: Cell> AnyCell for Loaded<T> {
    fn read(&mut self, row: &QueryResult, index: usize, column: &Column) -> Result<(), DbErr> {
        self.0 = Some(T::read(row, index, column)?);
        Ok(())
    }

    fn write(&self, json: &mut JsonText) -> Result<()> {
        self.get().map(|value| value.write(json))
    }

    fn key(&self) -> Result<Option<String>> {
        self.get().map(T::to_key)
    }

    fn id(&self) -> Result<Option<Uuid>> {
        self.get().map(T::id)
    }

    fn parameter(&self, key: &str) -> Option<Value> {
        T::from_key(key)
    }
}
