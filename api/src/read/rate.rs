//! Exchange rates: stored as whole numbers of 10⁻¹⁰, shown as decimals.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, InputType, InputValueResult, OutputType, Positioned, ServerResult, Value,
    parser::types::Field, registry::Registry,
};
use rust_decimal::Decimal;
use service::database::Sql;

use super::{
    bind::Bind,
    cell::Cell,
    column_type::{ColumnValue, Kind},
    operators::RateFilter,
};

/// Digits after the point.
pub const DIGITS: u32 = 10;

/// An exchange rate. The name of its column ends with `_e10`, that of its field does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate(pub Decimal);

impl Rate {
    /// The rate that a column holds.
    pub fn stored(number: i64) -> Decimal {
        Decimal::new(number, DIGITS).normalize()
    }

    /// What a column holds for a rate; nothing when it can hold none that large.
    pub fn units(rate: Decimal) -> Option<i64> {
        rate.checked_mul(Decimal::from(10_u64.pow(DIGITS)))?.try_into().ok()
    }
}

impl ColumnValue for Rate {
    type Stored = i64;
    type Operators = RateFilter;

    const KIND: Kind = Kind::Rate;

    fn of(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Decimal(number) => Some(Self(*number)),
            _ => None,
        }
    }
}

/// A rate with more digits than are stored lies between two that can be.
impl Bind for Rate {
    fn bind(&self, sql: &mut Sql) {
        sql.bind(self.0.saturating_mul(Decimal::from(10_u64.pow(DIGITS))));
    }
}

impl InputType for Rate {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <Decimal as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Decimal as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        <Decimal as InputType>::parse(value).map(Self).map_err(|error| error.propagate())
    }

    fn to_value(&self) -> Value {
        <Decimal as InputType>::to_value(&self.0)
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl OutputType for Rate {
    fn type_name() -> Cow<'static, str> {
        <Decimal as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Decimal as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(<Decimal as InputType>::to_value(&self.0))
    }
}
