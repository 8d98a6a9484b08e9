//! What a list of a table can be ordered by.

/// Declares the keys of a table's order.
#[doc(hidden)]
#[macro_export]
macro_rules! row_order {
    ($node:ident; $($(#[doc = $sort_doc:expr])* $sort:ident,)+) => { ::pastey::paste! {
        #[doc = concat!("Fields that a list of `", stringify!($node), "` can be sorted by.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::async_graphql::Enum)]
        #[allow(clippy::enum_variant_names, reason = "named as the columns are")]
        pub enum [<$node OrderField>] {
            $($(#[doc = $sort_doc])* [<$sort:camel>],)+
        }

        #[doc = concat!("One sort key of a list of `", stringify!($node), "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::async_graphql::InputObject)]
        pub struct [<$node Order>] {
            /// Field to sort by.
            pub field: [<$node OrderField>],
            /// Ascending or descending.
            #[graphql(default)]
            pub direction: $crate::read::optional::Optional<$crate::read::sort::SortDirection>,
            /// Whether nulls come first or last, in either direction.
            #[graphql(default)]
            pub nulls: $crate::read::optional::Optional<$crate::read::sort::NullsOrder>,
        }

        impl $crate::read::sort::OrderBy for [<$node Order>] {
            fn sort(&self) -> $crate::read::sort::Sort {
                let column = match self.field {
                    $([<$node OrderField>]::[<$sort:camel>] => const { $node::column(stringify!($sort)) },)+
                };
                $crate::read::sort::Sort::new(column, self.direction.value, self.nulls.value)
            }
        }
    } };
}
