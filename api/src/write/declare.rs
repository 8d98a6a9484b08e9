//! The macros that declare what can be done.

/// Declares verbs of the service as mutations: the counterpart of [`resource!`](crate::resource).
///
/// A verb is written `name = perform(Verb) { fields } -> outcome { answers }`, or `… -> row: Type;` where the outcome is
/// the id of a row. From it come the mutation field, the input type with the conversion to the verb, whose fields have the
/// same names, and the payload type. `perform` names what carries it out: [`perform`](crate::write::perform),
/// [`share`](crate::write::share), or a function of the same shape.
///
/// Every input ends with `idempotencyKey`; `..versioned` adds `expectedVersion`, and `..versioned_or_new` one that is 0
/// where nothing may be there yet. An answer is read from the outcome, see [`Answer`](crate::write::payload::Answer).
#[macro_export]
macro_rules! verbs {
    ($(
        $(#[$doc:meta])*
        $name:ident = $perform:ident($verb:path) {
            $($(#[$meta:meta])* $field:ident: $field_ty:ty,)*
            $(..$version:ident)?
        } -> $outcome:ident
        $(: $row:ty;)?
        $({ $($(#[$answer_doc:meta])* $answer:ident: $answer_ty:ty = $read:expr,)* })?
    )+) => { ::pastey::paste! {
        $(
            $crate::verb_input! {
                #[doc = "The arguments of `" $name:lower_camel "`."]
                [<$name:camel Input>] => $verb { $($(#[$meta])* $field: $field_ty,)* } $($version)?
            }

            #[doc = "What `" $name:lower_camel "` did, or why it was refused."]
            #[derive(Clone, Debug)]
            pub(crate) struct [<$name:camel Payload>]($crate::write::payload::Written<<$verb as ::service::Verb>::Outcome>);

            #[doc = "What `" $name:lower_camel "` did, or why it was refused."]
            #[::async_graphql::Object]
            impl [<$name:camel Payload>] {
                $(
                    /// The row as it is now. Null when the call was refused.
                    async fn $outcome(
                        &self,
                        ctx: &::async_graphql::Context<'_>,
                    ) -> ::service::Result<Option<$crate::read::row::Row<$row>>> {
                        self.0.answer(ctx, |id| id).await
                    }
                )?

                $($(
                    $(#[$answer_doc])*
                    /// Null when the call was refused.
                    async fn $answer(
                        &self,
                        ctx: &::async_graphql::Context<'_>,
                    ) -> ::service::Result<Option<$answer_ty>> {
                        self.0.answer(ctx, |$outcome| &$read).await
                    }
                )*)?

                /// Why the call was refused. Empty when it succeeded.
                async fn user_errors(&self) -> &[$crate::write::error::UserError] {
                    &self.0.errors
                }

                /// True if this is the result of an earlier call with the same idempotency key; this call changed
                /// nothing.
                async fn replayed(&self) -> bool {
                    self.0.replayed
                }
            }
        )+

        /// The mutations of this file.
        #[derive(Clone, Copy, Debug, Default)]
        pub(crate) struct Verbs;

        /// Merged away, but it must be another one in each file.
        impl ::async_graphql::TypeName for Verbs {
            fn type_name() -> ::std::borrow::Cow<'static, str> {
                module_path!().into()
            }
        }

        #[::async_graphql::Object(name_type)]
        impl Verbs {
            $(
                $(#[$doc])*
                async fn $name(
                    &self,
                    ctx: &::async_graphql::Context<'_>,
                    #[graphql(desc = "The arguments.")] input: [<$name:camel Input>],
                ) -> ::service::Result<Option<[<$name:camel Payload>]>> {
                    let (key, verb) = input.into_verb();
                    Ok($perform(ctx, key, verb).await?.map([<$name:camel Payload>]))
                }
            )+
        }
    } };
}

/// Declares the input of a verb: its fields, `expectedVersion` where it has one, and `idempotencyKey`.
#[doc(hidden)]
#[macro_export]
macro_rules! verb_input {
    ($(#[$doc:meta])* $input:ident => $verb:path { $($fields:tt)* }) => {
        $crate::input! {
            $(#[$doc])*
            $input => $verb { $($fields)* }
            /// Idempotency key: a repeated call with the same key returns the first result.
            idempotency_key: Option<String>,
        }

        impl $input {
            fn into_verb(mut self) -> (Option<String>, $verb) {
                (self.idempotency_key.take(), self.into())
            }
        }
    };
    ($(#[$doc:meta])* $input:ident => $verb:path { $($fields:tt)* } versioned) => {
        $crate::verb_input! {
            $(#[$doc])*
            $input => $verb {
                $($fields)*
                /// The version that you read. The call is refused (VERSION_CONFLICT) if the current version is
                /// different.
                expected_version: Option<i32>,
            }
        }
    };
    ($(#[$doc:meta])* $input:ident => $verb:path { $($fields:tt)* } versioned_or_new) => {
        $crate::verb_input! {
            $(#[$doc])*
            $input => $verb {
                $($fields)*
                /// The version that you have read, 0 if the row must not exist yet. The call is refused
                /// (VERSION_CONFLICT) if it has another one now.
                expected_version: Option<i32>,
            }
        }
    };
}

/// Declares an input type with its conversion to a type of the service, whose fields have the same names. Fields behind
/// the braces are not a part of it.
#[macro_export]
macro_rules! input {
    (
        $(#[$doc:meta])*
        $input:ident => $target:path {
            $($(#[$meta:meta])* $field:ident: $ty:ty,)*
        }
        $($(#[$more_meta:meta])* $more:ident: $more_ty:ty,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, ::async_graphql::InputObject)]
        pub(crate) struct $input {
            $($(#[$meta])* $field: $ty,)*
            $($(#[$more_meta])* $more: $more_ty,)*
        }

        impl From<$input> for $target {
            fn from(input: $input) -> Self {
                $target { $($field: $crate::write::input::IntoDomain::into_domain(input.$field),)* }
            }
        }

        impl $crate::write::input::IntoDomain<$target> for $input {
            fn into_domain(self) -> $target {
                self.into()
            }
        }
    };
}

/// Declares a closed vocabulary of inputs, the same as one of the service.
#[macro_export]
macro_rules! input_enum {
    (
        $(#[$doc:meta])*
        $name:ident => $target:ty { $($(#[$value_doc:meta])* $value:ident,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ::async_graphql::Enum)]
        pub(crate) enum $name {
            $($(#[$value_doc])* $value,)+
        }

        impl $crate::write::input::IntoDomain<$target> for $name {
            fn into_domain(self) -> $target {
                match self {
                    $(Self::$value => <$target>::$value,)+
                }
            }
        }
    };
}
