//! The filter of a table and of a list of it. What it asks of a column is boxed, and so are filters: they nest, and their
//! size counts on the stack at every level.

/// Declares the filter of a row, and that of a list.
#[doc(hidden)]
#[macro_export]
macro_rules! row_filter {
    (
        $node:ident;
        columns { $($(#[doc = $column_doc:expr])* $column:ident: $ty:ty,)+ }
        to_one { $($(#[doc = $one_doc:expr])* $to_one:ident: $one_target:ident by $one_key:ident,)* }
        to_many { $($(#[doc = $many_doc:expr])* $to_many:ident: $many_target:ident by $many_key:ident,)* }
        filtered { $($(#[doc = $filtered_doc:expr])* $filtered:ident: $operators:ty,)* }
    ) => { ::pastey::paste! {
        #[doc = concat!("Conditions on rows of `", stringify!($node), "`; all that are given must hold.")]
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, ::async_graphql::InputObject)]
        pub struct [<$node Filter>] {
            $($(#[doc = $column_doc])* pub $column: Option<Box<<$ty as $crate::read::cell::Cell>::Operators>>,)+
            $($(#[doc = $one_doc])* pub $to_one: Option<Box<<$one_target as $crate::read::resource::Resource>::Filter>>,)*
            $($(#[doc = $many_doc])* pub $to_many: Option<Box<<$many_target as $crate::read::resource::Resource>::ListFilter>>,)*
            $($(#[doc = $filtered_doc])* pub $filtered: Option<Box<$operators>>,)*
            /// All of these hold; an empty list matches everything.
            pub and: Option<Vec<[<$node Filter>]>>,
            /// At least one of these holds; an empty list matches nothing.
            pub or: Option<Vec<[<$node Filter>]>>,
            /// This must not hold.
            pub not: Option<Box<[<$node Filter>]>>,
        }

        #[doc = concat!("Conditions on a list of `", stringify!($node), "`; all that are given must hold.")]
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, ::async_graphql::InputObject)]
        pub struct [<$node ListFilter>] {
            /// At least one row of the list matches.
            pub some: Option<Box<[<$node Filter>]>>,
            /// No row of the list matches.
            pub none: Option<Box<[<$node Filter>]>>,
            /// Every row of the list matches; also true for an empty list.
            pub every: Option<Box<[<$node Filter>]>>,
        }

        impl $crate::read::filter::Condition for [<$node Filter>] {
            fn write(&self, sql: &mut ::service::database::Sql, table: ::service::database::Alias) {
                use $crate::read::filter;
                sql.push("(TRUE");
                $(filter::column(sql, table, <$node as $crate::read::resource::Resource>::NAMES[const { $node::column(stringify!($column)) }], self.$column.as_deref());)+
                $(filter::column::<$operators>(sql, table, stringify!($filtered), self.$filtered.as_deref());)*
                $(filter::to_one(
                    sql,
                    table,
                    stringify!($one_key),
                    <$one_target as $crate::read::resource::Resource>::NAME,
                    self.$to_one.as_deref().map(|filter| filter as _),
                );)*
                $(if let Some(list) = &self.$to_many {
                    use $crate::read::filter::Quantifier;
                    let to = (<$many_target as $crate::read::resource::Resource>::NAME, stringify!($many_key));
                    filter::to_many(sql, table, to, Quantifier::Some, list.some.as_deref().map(|filter| filter as _));
                    filter::to_many(sql, table, to, Quantifier::None, list.none.as_deref().map(|filter| filter as _));
                    filter::to_many(sql, table, to, Quantifier::Every, list.every.as_deref().map(|filter| filter as _));
                })*
                filter::logic(sql, table, &self.and, &self.or, &self.not);
                sql.push(")");
            }

            fn measure(&self, size: &mut $crate::read::filter::Size, depth: usize) {
                $(size.column(&self.$column);)+
                $(size.column(&self.$filtered);)*
                $(size.nested(self.$to_one.as_deref(), depth);)*
                $(if let Some(list) = &self.$to_many {
                    size.nested([&list.some, &list.none, &list.every].into_iter().filter_map(|filter| filter.as_deref()), depth);
                })*
                size.nested(self.and.iter().flatten().chain(self.or.iter().flatten()).chain(self.not.as_deref()), depth);
            }
        }
    } };
}
