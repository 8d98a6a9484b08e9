//! The answer of a mutation.

use service::{Done, Result, refusal::Refusal};

use super::error::UserError;

/// What a mutation did, or why it did nothing.
#[derive(Clone, Debug)]
pub struct Written<O> {
    /// None when it was refused.
    pub outcome: Option<O>,
    /// Why it was refused.
    pub errors: Vec<UserError>,
    /// Whether an earlier call with the same key did it.
    pub replayed: bool,
}

impl<O> Written<O> {
    /// The error contract: what the input's values or the domain's rules refuse is data, every other error is an error of
    /// the field.
    pub fn of(done: Result<Done<O>>) -> Result<Self> {
        match done {
            Ok(Done { outcome, replayed }) => Ok(Self { outcome: Some(outcome), errors: Vec::new(), replayed }),
            Err(error) => error.into_refusal().map(Self::refused),
        }
    }

    fn refused(refusal: Refusal) -> Self {
        Self { outcome: None, errors: vec![refusal.into()], replayed: false }
    }
}

/// Declares the payload of a mutation: its own fields, each read from the outcome, beside `userErrors` and `replayed`.
///
/// A field is written `name: Type = |ctx, outcome| expression`, where the expression yields a future of
/// `Result<Option<Type>>`; it is null when the mutation was refused.
#[macro_export]
macro_rules! payload {
    ($(
        $(#[$doc:meta])*
        $payload:ident($outcome:ty) {
            $($(#[$field_doc:meta])* $field:ident: $ty:ty = |$ctx:ident, $done:ident| $read:expr,)*
        }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $payload($crate::write::Written<$outcome>);

        impl From<$crate::write::Written<$outcome>> for $payload {
            fn from(written: $crate::write::Written<$outcome>) -> Self {
                Self(written)
            }
        }

        $(#[$doc])*
        #[::async_graphql::Object]
        impl $payload {
            $(
                $(#[$field_doc])*
                async fn $field(&self, $ctx: &::async_graphql::Context<'_>) -> ::service::Result<Option<$ty>> {
                    match &self.0.outcome {
                        Some($done) => $read.await,
                        None => Ok(None),
                    }
                }
            )*

            /// Why nothing was done; empty when it was done.
            async fn user_errors(&self) -> &[$crate::write::error::UserError] {
                &self.0.errors
            }

            /// Whether an earlier call with the same idempotency key did it; this one did nothing.
            async fn replayed(&self) -> bool {
                self.0.replayed
            }
        }
    )+};
}
