//! The types that columns can have: how values are read, and what GraphQL and Rust call them.

use async_graphql::{
    OutputType,
    registry::Registry,
    resolver_utils::{EnumItem, EnumType},
};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use rust_decimal::Decimal;
use sea_orm::{ActiveEnum, DbErr, QueryResult, TryGetable, Value, sea_query::Enum};
use serde::de::DeserializeOwned;
use serde_json::Value as Document;
use service::database::row::enum_text;
use uuid::Uuid;

use super::{
    cell::Cell,
    column::Column,
    operators::{
        BooleanFilter, DateFilter, DateTimeFilter, DecimalFilter, IdFilter, IntFilter, JsonFilter, Operators,
        OperatorsType, TextFilter, TextListFilter,
    },
    rate::Rate,
    scalars::{Date, Id},
};

/// The type of a column, as a value.
pub struct ColumnType {
    /// Adds it to the schema, and says its name.
    pub register: fn(&mut Registry) -> String,
    /// What a filter can ask of it.
    pub operators: OperatorsType,
    kind: Kind,
    is_nullable: bool,
}

/// What values are, null or not.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Keys.
    Id,
    /// Texts.
    Text,
    /// Whole numbers.
    Int,
    /// True or false.
    Boolean,
    /// Decimal numbers.
    Decimal,
    /// Exchange rates.
    Rate,
    /// Points in time.
    DateTime,
    /// Days.
    Date,
    /// JSON documents.
    Json,
    /// JSON lists of texts.
    Texts,
    /// JSON lists of keys.
    Ids,
    /// Values of a closed vocabulary.
    Choice(fn() -> &'static Choices),
}

/// The values of a closed vocabulary: as the database has each, and its name in GraphQL.
pub type Choices = Vec<(String, &'static str)>;

/// Those of an enum.
pub fn choices<T>() -> Choices
where
    T: EnumType + ColumnValue<Stored: ActiveEnum<Value = Enum> + From<T>>,
{
    let choice = |item: &EnumItem<T>| (T::Stored::from(item.value).to_value().value.to_string(), item.name);
    T::items().iter().map(choice).collect()
}

/// The value of an enum that a cell holds.
pub fn chosen<T: EnumType>(cell: &Cell) -> Option<T> {
    let Cell::Choice(name) = cell else { return None };
    T::items().iter().find(|item| item.name == *name).map(|item| item.value)
}

/// A type that a column is declared with.
pub trait ColumnValue: OutputType + Sized {
    /// The field's type in the generated entity.
    type Stored;

    /// What a filter can ask of such a column.
    type Operators: Operators;

    /// What its values are.
    const KIND: Kind;

    /// Whether they can be null.
    const IS_NULLABLE: bool = false;

    /// The value of a cell of this type.
    fn of(cell: &Cell) -> Option<Self>;
}

impl<T: ColumnValue> ColumnValue for Option<T> {
    type Stored = Option<T::Stored>;
    type Operators = T::Operators;

    const KIND: Kind = T::KIND;
    const IS_NULLABLE: bool = true;

    fn of(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::of(cell).map(Some),
        }
    }
}

macro_rules! column_values {
    ($($ty:ty as $stored:ty: $kind:ident, $operators:ty, |$value:ident| $of:expr;)+) => {$(
        impl ColumnValue for $ty {
            type Stored = $stored;
            type Operators = $operators;

            const KIND: Kind = Kind::$kind;

            fn of(cell: &Cell) -> Option<Self> {
                match cell {
                    Cell::$kind($value) => Some($of),
                    _ => None,
                }
            }
        }
    )+};
}

column_values! {
    Id as Uuid: Id, IdFilter, |id| Self(*id);
    String as String: Text, TextFilter, |text| text.clone();
    i32 as i32: Int, IntFilter, |number| *number;
    bool as bool: Boolean, BooleanFilter, |value| *value;
    Decimal as Decimal: Decimal, DecimalFilter, |number| *number;
    DateTime<Utc> as DateTime<FixedOffset>: DateTime, DateTimeFilter, |at| *at;
    Date as NaiveDate: Date, DateFilter, |day| Self(*day);
    Document as Document: Json, JsonFilter, |document| document.clone();
    Vec<String> as Document: Texts, TextListFilter, |texts| texts.clone();
    Vec<Id> as Document: Ids, TextListFilter, |ids| ids.iter().copied().map(Id).collect();
}

impl ColumnType {
    /// The type of columns that are declared with a `T`.
    pub const fn of<T: ColumnValue>() -> Self {
        Self {
            register: T::create_type_info,
            operators: OperatorsType::of::<T::Operators>(),
            kind: T::KIND,
            is_nullable: T::IS_NULLABLE,
        }
    }

    /// What its values are.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the database can compare its values with those of another.
    pub fn compares_with(&self, other: &Self) -> bool {
        matches!(
            (self.kind, other.kind),
            (Kind::Int | Kind::Decimal, Kind::Int | Kind::Decimal)
                | (Kind::Rate, Kind::Rate)
                | (Kind::DateTime, Kind::DateTime)
                | (Kind::Date, Kind::Date)
        )
    }

    /// Reads a value from a row.
    pub fn read(&self, row: &QueryResult, index: usize, column: &Column) -> Result<Cell, DbErr> {
        match self.read_or_null(row, index, column)? {
            Cell::Null if !self.is_nullable => Err(DbErr::Type(format!("the column {} is null", column.name))),
            cell => Ok(cell),
        }
    }

    /// Reads a value that may be null although the column is not: there may be no row that it is of.
    pub fn read_or_null(&self, row: &QueryResult, index: usize, column: &Column) -> Result<Cell, DbErr> {
        let read = match self.kind {
            Kind::Id => plain(row, index, Cell::Id),
            Kind::Text => plain(row, index, Cell::Text),
            Kind::Int => plain(row, index, Cell::Int),
            Kind::Boolean => plain(row, index, Cell::Boolean),
            Kind::Decimal => plain(row, index, |mut number: Decimal| {
                // SQLite keeps no scale, and both engines shall show 12.50 as 12.50.
                number.rescale(column.scale);
                Cell::Decimal(number)
            }),
            Kind::Rate => plain(row, index, |number| Cell::Decimal(Rate::stored(number))),
            Kind::DateTime => plain(row, index, Cell::DateTime),
            Kind::Date => plain(row, index, Cell::Date),
            Kind::Json => plain(row, index, Cell::Json),
            Kind::Texts => list(row, index, column, Cell::Texts),
            Kind::Ids => list(row, index, column, Cell::Ids),
            Kind::Choice(choices) => choice(row, index, column, choices()),
        }?;
        Ok(read.unwrap_or(Cell::Null))
    }

    /// The parameter that a key of a cursor stands for; nothing when it stands for none.
    pub fn parameter(&self, key: &str) -> Option<Value> {
        Some(match self.kind {
            Kind::Id => Uuid::try_parse(key).ok()?.into(),
            Kind::Text => key.into(),
            Kind::Int => key.parse::<i32>().ok()?.into(),
            Kind::Boolean => key.parse::<bool>().ok()?.into(),
            Kind::Decimal => key.parse::<Decimal>().ok()?.into(),
            Kind::DateTime => DateTime::parse_from_rfc3339(key).ok()?.to_utc().into(),
            Kind::Date => key.parse::<NaiveDate>().ok()?.into(),
            Kind::Rate => Rate::units(key.parse().ok()?)?.into(),
            Kind::Choice(choices) => choices().iter().find(|(_, name)| *name == key)?.0.as_str().into(),
            Kind::Json | Kind::Texts | Kind::Ids => return None,
        })
    }
}

fn plain<T: TryGetable>(row: &QueryResult, index: usize, cell: impl FnOnce(T) -> Cell) -> Result<Option<Cell>, DbErr> {
    Ok(row.try_get_by::<Option<T>, _>(index)?.map(cell))
}

fn list<T: DeserializeOwned>(
    row: &QueryResult,
    index: usize,
    column: &Column,
    cell: impl FnOnce(T) -> Cell,
) -> Result<Option<Cell>, DbErr> {
    let Some(json) = row.try_get_by::<Option<Document>, _>(index)? else { return Ok(None) };
    let list = serde_json::from_value(json).map_err(|error| DbErr::Type(format!("{}: {error}", column.name)))?;
    Ok(Some(cell(list)))
}

fn choice(row: &QueryResult, index: usize, column: &Column, choices: &Choices) -> Result<Option<Cell>, DbErr> {
    let Some(text) = enum_text(row, index)? else { return Ok(None) };
    match choices.iter().find(|(stored, _)| *stored == text) {
        Some((_, name)) => Ok(Some(Cell::Choice(name))),
        None => Err(DbErr::Type(format!("the column {} holds the unknown value {text}", column.name))),
    }
}
