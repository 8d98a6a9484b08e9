//! Inputs that have a default. Left out or null, they are it: many clients send null for what their user left out, and
//! generated code can leave out `Int = 60`, but not `Int! = 60`.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{InputType, InputValueError, InputValueResult, Value, registry::Registry};

/// An input of type `T` whose default is the one that `F` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Optional<T, F> {
    /// What was given, or the default.
    pub value: T,
    default: PhantomData<F>,
}

/// The name of a default.
pub trait Fallback<T>: Send + Sync {
    /// The default.
    fn value() -> T;
}

/// This number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Number<const N: i32>;

impl<const N: i32> Fallback<i32> for Number<N> {
    fn value() -> i32 {
        N
    }
}

/// Declares the names of other defaults.
#[macro_export]
macro_rules! fallbacks {
    ($($(#[$doc:meta])* $name:ident: $ty:ty = $value:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $name;

        impl $crate::read::optional::Fallback<$ty> for $name {
            fn value() -> $ty {
                $value
            }
        }
    )+};
}

impl<T, F> Optional<T, F> {
    fn of(value: T) -> Self {
        Self { value, default: PhantomData }
    }
}

impl<T, F: Fallback<T>> Default for Optional<T, F> {
    fn default() -> Self {
        Self::of(F::value())
    }
}

impl<T: InputType, F: Fallback<T>> InputType for Optional<T, F> {
    type RawValueType = T::RawValueType;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::type_name().into_owned()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry);
        Self::qualified_type_name()
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::Null => Ok(Self::default()),
            value => T::parse(Some(value)).map(Self::of).map_err(InputValueError::propagate),
        }
    }

    fn to_value(&self) -> Value {
        self.value.to_value()
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        self.value.as_raw_value()
    }
}
