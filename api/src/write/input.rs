//! What inputs have in common.

use async_graphql::MaybeUndefined;
use serde_json::{Map, Value as Json};
use service::Change;

/// A value of an update that can be cleared: omitted leaves it alone, null clears it.
pub fn change<T, U>(value: MaybeUndefined<T>, map: impl FnOnce(T) -> U) -> Change<Option<U>> {
    match value {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Set(None),
        MaybeUndefined::Value(value) => Change::Set(Some(map(value))),
    }
}

/// A value of an update that cannot be cleared: null counts as omitted, since many clients send every field.
pub fn replace<T, U>(value: Option<T>, map: impl FnOnce(T) -> U) -> Change<U> {
    value.map_or(Change::Keep, |value| Change::Set(map(value)))
}

/// A JSON object that is empty when it is left out. The schema names no default: graphql-js cannot write one that is an
/// object of a scalar, and with it GraphiQL and urql.
pub fn object(value: Option<Json>) -> Json {
    value.unwrap_or_else(|| Json::Object(Map::new()))
}
