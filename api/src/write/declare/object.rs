//! How objects of payloads are declared.

/// Declares an object that shows a part of an outcome: `Name(Part) -> part { answers }`, where the answers are written as
/// those of [`verbs!`](crate::verbs), each with its nullability. Lists of the parts become lists of the objects.
#[macro_export]
macro_rules! object {
    (
        $(#[$doc:meta])*
        $name:ident($part_ty:path) -> $part:ident {
            $($(#[$answer_doc:meta])* $answer:ident: $answer_ty:ty = $read:expr,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name($part_ty);

        $(#[$doc])*
        #[::async_graphql::Object]
        impl $name {
            $(
                $(#[$answer_doc])*
                async fn $answer(&self, ctx: &::async_graphql::Context<'_>) -> ::service::Result<$answer_ty> {
                    let $part = &self.0;
                    $crate::write::payload::Answer::<$answer_ty>::answer(&$read, ctx).await
                }
            )+
        }

        impl $crate::write::payload::Answer<Vec<$name>> for Vec<$part_ty> {
            async fn answer(&self, _: &::async_graphql::Context<'_>) -> ::service::Result<Vec<$name>> {
                Ok(self.iter().cloned().map($name).collect())
            }
        }
    };
}
