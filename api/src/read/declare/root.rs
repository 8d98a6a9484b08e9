//! The fields of the query type that find rows of a table.

/// Declares the root fields of a table.
#[doc(hidden)]
#[macro_export]
macro_rules! root_fields {
    (
        $node:ident;
        $(one $one:ident;)?
        $(find $natural:ident($natural_key:ident $(, $fold:ident)?);)*
        list $many:ident;
    ) => { ::pastey::paste! {
        #[doc = concat!("The root fields of `", stringify!($node), "`.")]
        #[derive(Clone, Copy, Debug, Default)]
        pub(super) struct [<$node Query>];

        #[::async_graphql::Object]
        impl [<$node Query>] {
            $(
                #[doc = concat!("The `", stringify!($node), "` with this id; null if there is none.")]
                async fn $one(
                    &self,
                    ctx: &::async_graphql::Context<'_>,
                    #[graphql(desc = "Id to look up.")] id: $crate::read::scalars::Id,
                ) -> ::service::Result<Option<$crate::read::row::Row<$node>>> {
                    Box::pin($crate::read::load::row(ctx, id.0)).await
                }
            )?
            $(
                #[doc = "The `" $node "` with this `" $natural_key:lower_camel "`; null if there is none."]
                async fn $natural(
                    &self,
                    ctx: &::async_graphql::Context<'_>,
                    #[graphql(desc = "Exact value to look up. Case is ignored for email addresses only.")] $natural_key: String,
                ) -> ::service::Result<Option<$crate::read::row::Row<$node>>> {
                    $(let $natural_key = $crate::read::load::$fold(&$natural_key);)?
                    let (table, key) = (<$node as $crate::read::resource::Resource>::TABLE, const { $node::column(stringify!($natural_key)) });
                    Ok(Box::pin($crate::read::load::by_key(ctx, table, key, $natural_key)).await?.map($crate::read::row::Row::from))
                }
            )*
            #[doc = concat!("A page of `", stringify!($node), "` rows, newest first by default.")]
            #[allow(clippy::too_many_arguments, unused_variables, reason = "Relay's arguments, which are read with the list's table")]
            async fn $many(
                &self,
                ctx: &::async_graphql::Context<'_>,
                #[graphql(desc = "Only rows that match.")] filter: Option<Box<[<$node Filter>]>>,
                #[graphql(desc = "Sort order, most significant key first.")] order_by: Option<Vec<[<$node Order>]>>,
                #[graphql(desc = "Page size, at most 250. Default 50.")] first: Option<i32>,
                #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
                #[graphql(desc = "Page size counted from the end, at most 250.")] last: Option<i32>,
                #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
            ) -> ::async_graphql::Result<$crate::read::connection::Connection<$node>> {
                let arguments = $crate::read::list::Arguments::read(ctx, <$node as $crate::read::resource::Resource>::TABLE)?;
                Ok(Box::pin($crate::read::load::list(ctx, stringify!($many), arguments)).await?.into())
            }
        }
    } };
}
