//! How the types of inputs become those of the service.

use async_graphql::MaybeUndefined;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use service::Change;
use uuid::Uuid;

use crate::read::{
    optional::Optional,
    scalars::{Date, Id, Moment},
};

/// A value of an input, as a field of the service has it.
pub trait IntoDomain<T> {
    /// That field's value.
    fn into_domain(self) -> T;
}

macro_rules! the_same {
    ($($ty:ty),+) => {
        $(impl IntoDomain<$ty> for $ty {
            fn into_domain(self) -> $ty {
                self
            }
        })+
    };
}

the_same!(bool, i32, String, Decimal, Json);

impl IntoDomain<Uuid> for Id {
    fn into_domain(self) -> Uuid {
        self.0
    }
}

impl IntoDomain<NaiveDate> for Date {
    fn into_domain(self) -> NaiveDate {
        self.0
    }
}

impl IntoDomain<DateTime<Utc>> for Moment {
    fn into_domain(self) -> DateTime<Utc> {
        self.0
    }
}

impl<T: IntoDomain<U>, U, F> IntoDomain<U> for Optional<T, F> {
    fn into_domain(self) -> U {
        self.value.into_domain()
    }
}

impl<T: IntoDomain<U>, U> IntoDomain<Vec<U>> for Vec<T> {
    fn into_domain(self) -> Vec<U> {
        self.into_iter().map(T::into_domain).collect()
    }
}

impl<T: IntoDomain<U>, U> IntoDomain<Option<U>> for Option<T> {
    fn into_domain(self) -> Option<U> {
        self.map(T::into_domain)
    }
}

/// A JSON object that is empty when it is left out. The schema names no default: graphql-js cannot write one that is an
/// object of a scalar, and with it GraphiQL and urql.
impl IntoDomain<Json> for Option<Json> {
    fn into_domain(self) -> Json {
        self.unwrap_or_else(|| Json::Object(Map::new()))
    }
}

/// A value of an update that cannot be cleared: null counts as omitted, since many clients send every field.
impl<T: IntoDomain<U>, U> IntoDomain<Change<U>> for Option<T> {
    fn into_domain(self) -> Change<U> {
        self.map_or(Change::Keep, |value| Change::Set(value.into_domain()))
    }
}

/// A value of an update that can be cleared: omitted leaves it alone, null clears it.
impl<T: IntoDomain<U>, U> IntoDomain<Change<Option<U>>> for MaybeUndefined<T> {
    fn into_domain(self) -> Change<Option<U>> {
        match self {
            Self::Undefined => Change::Keep,
            Self::Null => Change::Set(None),
            Self::Value(value) => Change::Set(Some(value.into_domain())),
        }
    }
}
