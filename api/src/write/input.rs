//! What inputs have in common.

use async_graphql::MaybeUndefined;
use service::{Change, Error, Result};

/// An optional value of an update: omitted leaves alone, null clears.
pub fn change<T, U>(value: MaybeUndefined<T>, map: impl FnOnce(T) -> U) -> Change<Option<U>> {
    match value {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Set(None),
        MaybeUndefined::Value(value) => Change::Set(Some(map(value))),
    }
}

/// A required value of an update: omitted leaves alone, null is refused.
pub fn replace<T, U>(name: &str, value: MaybeUndefined<T>, map: impl FnOnce(T) -> U) -> Result<Change<U>> {
    match value {
        MaybeUndefined::Undefined => Ok(Change::Keep),
        MaybeUndefined::Null => Err(Error::invalid(format!("`{name}` cannot be null"))),
        MaybeUndefined::Value(value) => Ok(Change::Set(map(value))),
    }
}
