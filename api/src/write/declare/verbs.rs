//! How verbs are declared.

/// Declares verbs of the service as mutations: the counterpart of [`resource!`](crate::resource).
///
/// A verb is written `name = perform(Verb) { fields } -> outcome { answers }`. From it come the mutation field, the
/// input type with the conversion to the verb, whose fields have the same names, and the payload type. `perform` names
/// what carries it out: [`perform`](crate::write::perform), [`share`](crate::write::share), [`join`](crate::write::join),
/// or a function of the same shape.
///
/// The fields are those of an [`input!`](crate::input), and end with `idempotencyKey`. `perform(Verb) on row` adds `id`
/// as the first one and `expectedVersion`. An answer is written `name: Type = part of the outcome`, see
/// [`Answer`](crate::write::payload::Answer); it is null when the call was refused. Shorter are `-> row: Type;` where
/// the outcome is the id of a row, and `-> results[Type];` where it is a list with the result of each item.
#[macro_export]
macro_rules! verbs {
    ($(
        $(#[$doc:meta])*
        $name:ident = $perform:ident($verb:path) $(on $subject:ident)? $({ $($fields:tt)* })? -> $outcome:ident
        $(: $row:ty;)?
        $([$item:ty];)?
        $({ $($(#[$answer_doc:meta])* $answer:ident: $answer_ty:ty = $read:expr,)* })?
    )+) => { ::pastey::paste! {
        $(
            $crate::verb_input! {
                #[doc = "The arguments of `" $name:lower_camel "`."]
                [<$name:camel Input>] => $verb { $($($fields)*)? } $(on $subject)?
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

                $(
                    /// The result of each item.
                    /// Null when the call was refused.
                    async fn $outcome(
                        &self,
                        ctx: &::async_graphql::Context<'_>,
                    ) -> ::service::Result<Option<Vec<$item>>> {
                        self.0.answer(ctx, |items| items).await
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

/// Declares the input of a verb.
#[doc(hidden)]
#[macro_export]
macro_rules! verb_input {
    ($(#[$doc:meta])* $input:ident => $verb:path { $($fields:tt)* }) => {
        $crate::input_fields! {
            {
                $input { $(#[$doc])* } => $verb {
                    /// Idempotency key: a repeated call with the same key returns the first result.
                    idempotency_key: Option<String>,
                }
            }
            {}
            $($fields)*
        }

        impl $input {
            fn into_verb(mut self) -> (Option<String>, $verb) {
                (self.idempotency_key.take(), self.into())
            }
        }
    };
    ($(#[$doc:meta])* $input:ident => $verb:path { $($fields:tt)* } on $subject:ident) => { ::pastey::paste! {
        $crate::verb_input! {
            $(#[$doc])*
            $input => $verb {
                #[doc = "The " $subject "."]
                id: $crate::read::scalars::Id,
                $($fields)*
                ..versioned,
            }
        }
    } };
}
