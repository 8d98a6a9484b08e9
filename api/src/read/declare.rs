//! The macro that declares a table. What it writes is names; behaviour is in the code beside this file.

#[doc(hidden)]
pub mod prelude {
    pub use crate::read::{
        column::{Column, Columns},
        column_type::ColumnType,
        operators::OperatorsType,
        resource::Resource,
        sort::Sort,
        table::{ColumnField, ExtraFilter, Find, Hierarchy, Index, SortField, Table, ToMany, ToOne},
    };
}

/// Declares a table: its columns, relations, orders and root fields.
///
/// Blocks come in this order; only `needs`, `one`, `find`, `hierarchy`, `computed` and `filtered` may be left out:
///
/// - `Type: entity_module, key [columns], newest first by [column dir, …];`
/// - `needs Operation;` what the reader must be allowed to do: such a table is reached by its root fields only;
/// - `one field;` finds by id, for tables with an id; `find by_name(name);` by a natural key;
/// - `list many;` the root connection;
/// - `hierarchy column [column dir, …];` for a table whose rows point at each other: `ancestors` and `descendants`;
/// - `columns { name: Type, … }` every column that is shown, documented;
/// - `sort { … }` the columns that a list can be ordered by: indexed ones, never enums;
/// - `to_one { field: Target by column }`, `to_one_or_none { … }` foreign keys of this table;
/// - `to_many { field: Target by column [column dir, …] }` foreign keys that point here, with the list's own order;
/// - `computed { field(argument: Type = "description" or default, …): Type = function [column, …]; … }` what is made of
///   columns, or loaded by them, by `async fn(&Context, columns…, arguments…) -> Result<Type>`; arguments may be left out;
/// - `filtered { field: Operators, … }` those that lists can be filtered by.
#[macro_export]
macro_rules! resource {
    (
        $(#[doc = $doc:expr])*
        $node:ident: $entity:ident, key [$($key:ident),+], by [$($own:ident $own_dir:ident),+];
        $(needs $guard:ident;)?
        $(one $one:ident;)?
        $(find $natural:ident($natural_key:ident $(, $fold:ident)?);)*
        list $many:ident;
        $(hierarchy $up:ident [$($below:ident $below_dir:ident),+];)?
        columns { $($(#[doc = $column_doc:expr])* $column:ident: $ty:ty,)+ }
        sort { $($(#[doc = $sort_doc:expr])* $sort:ident,)+ }
        to_one { $($(#[doc = $one_doc:expr])* $to_one:ident: $one_target:ident by $one_key:ident,)* }
        to_one_or_none { $($(#[doc = $none_doc:expr])* $to_none:ident: $none_target:ident by $none_key:ident,)* }
        to_many { $($(#[doc = $many_doc:expr])* $to_many:ident: $many_target:ident by $many_key:ident [$($many_own:ident $many_dir:ident),+],)* }
        $(computed { $(
            $(#[doc = $computed_doc:expr])*
            $computed:ident $(($($argument:ident: $argument_ty:ty = $argument_doc:tt $($argument_flag:ident)?),+))?: $computed_ty:ty
                = $by:path [$($from:ident),+];
        )+ })?
        $(filtered { $($(#[doc = $filtered_doc:expr])* $filtered:ident: $operators:ty,)+ })?
    ) => { ::pastey::paste! {
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub struct $node {
            $($(#[doc = $column_doc])* pub $column: ::std::marker::PhantomData<$ty>,)+
        }

        impl $node {
            /// The types of the columns.
            pub const TYPES: Self = Self { $($column: ::std::marker::PhantomData,)+ };

            /// The number of a column, found while compiling.
            pub(crate) const fn column(name: &str) -> usize {
                $crate::read::names::column(&[$(stringify!($column)),+], name)
            }
        }

        impl $crate::read::resource::Resource for $node {
            type Entity = ::entity::$entity::Entity;

            const GUARD: Option<::service::access::Operation> =
                $crate::first!($(Some(::service::access::Operation::$guard))? None);

            const TABLE: &'static $crate::read::table::Table = {
                use $crate::read::declare::prelude::*;
                static TABLE: Table = Table {
                    name: stringify!($entity),
                    object: stringify!($node),
                    connection: concat!(stringify!($node), "Connection"),
                    edge: concat!(stringify!($node), "Edge"),
                    docs: &[$($doc),*],
                    one: $crate::first!($(Some(stringify!($one)))? None),
                    finds: &[$(Find {
                        name: stringify!($natural),
                        key: $node::column(stringify!($natural_key)),
                        fold: $crate::first!($(Some($crate::read::load::$fold))? None),
                    }),*],
                    list: stringify!($many),
                    guard: <$node as Resource>::GUARD,
                    id: $crate::first!($(Some({ let _ = stringify!($one); $node::column("id") }))? None),
                    key: &[$($node::column(stringify!($key))),+],
                    order: &[$(Sort::$own_dir($node::column(stringify!($own)))),+],
                    fields: &[$(ColumnField {
                        name: stringify!($column),
                        docs: &[$($column_doc),*],
                        ty: ColumnType::of::<$ty>(),
                    }),+],
                    sorts: &[$(SortField {
                        name: stringify!($sort),
                        docs: &[$($sort_doc),*],
                        column: $node::column(stringify!($sort)),
                    }),+],
                    to_one: &[
                        $(ToOne {
                            name: stringify!($to_one),
                            docs: &[$($one_doc),*],
                            target: || <$one_target as Resource>::TABLE,
                            key: $node::column(stringify!($one_key)),
                            optional: false,
                        },)*
                        $(ToOne {
                            name: stringify!($to_none),
                            docs: &[$($none_doc),*],
                            target: || <$none_target as Resource>::TABLE,
                            key: $node::column(stringify!($none_key)),
                            optional: true,
                        },)*
                    ],
                    to_many: &[$(ToMany {
                        name: stringify!($to_many),
                        docs: &[$($many_doc),*],
                        list: concat!(stringify!($node), ".", stringify!($to_many)),
                        target: || <$many_target as Resource>::TABLE,
                        key: $many_target::column(stringify!($many_key)),
                        order: &[$(Sort::$many_dir($many_target::column(stringify!($many_own)))),+],
                    }),*],
                    hierarchy: $crate::first!($(Some(Hierarchy {
                        key: $node::column(stringify!($up)),
                        list: concat!(stringify!($node), ".descendants"),
                        order: &[$(Sort::$below_dir($node::column(stringify!($below)))),+],
                    }))? None),
                    computed: &[$($((
                        stringify!($computed),
                        Columns::NONE$(.with(Columns::one($node::column(stringify!($from)))))+,
                    ),)+)?],
                    computed_type: $crate::computed_type!($node, $($($computed)+)?),
                    filtered: &[$($(ExtraFilter {
                        name: stringify!($filtered),
                        docs: &[$($filtered_doc),*],
                        operators: OperatorsType::of::<$operators>(),
                    }),+)?],
                    resolve_computed: $crate::resolve_computed!($node, $($($computed)+)?),
                    entity: || vec![$(Column::of(::entity::$entity::Column::[<$column:camel>])),+],
                    index: || {
                        static INDEX: ::std::sync::LazyLock<Index> = ::std::sync::LazyLock::new(|| Index::of(&TABLE));
                        &INDEX
                    },
                };
                &TABLE
            };
        }

        const _: () = assert!([$(stringify!($column)),+].len() <= $crate::read::column::Columns::MAX, "too many columns");

        // A column has the type of the generated entity.
        $(const _: fn(&::entity::$entity::Model) -> &<$ty as $crate::read::column_type::ColumnValue>::Stored = |row| &row.$column;)+

        // A filter that reaches another table tells of its rows as surely as reading them.
        $(const _: () = assert!(<$one_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*
        $(const _: () = assert!(<$none_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*
        $(const _: () = assert!(<$many_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*

        $(
            /// What is made of columns.
            struct [<$node Computed>]<'a>(&'a $crate::read::any_row::AnyRow);

            #[::async_graphql::Object]
            impl [<$node Computed>]<'_> {
                $(
                    $(#[doc = $computed_doc])*
                    async fn $computed(
                        &self,
                        ctx: &::async_graphql::Context<'_>,
                        $($(#[graphql(desc = $argument_doc $(, $argument_flag)?)] $argument: $argument_ty),+)?
                    ) -> ::service::Result<$computed_ty> {
                        let row = self.0;
                        Box::pin($by(ctx $(, row.value($node::column(stringify!($from)), $node::TYPES.$from)?)+ $($(, $argument)+)?)).await
                    }
                )+
            }
        )?

        $crate::identified!($node $(, $one)?);
    } };
}

/// The first of one or two values.
#[doc(hidden)]
#[macro_export]
macro_rules! first {
    (None) => {
        None
    };
    (Some($first:expr) None) => {
        Some($first)
    };
}

/// Resolves a field that is made of columns, where there are some.
#[doc(hidden)]
#[macro_export]
macro_rules! resolve_computed {
    ($node:ident,) => {
        |_, _| Box::pin(::std::future::ready(Ok(None)))
    };
    ($node:ident, $($computed:ident)+) => {
        ::pastey::paste! {
            |row, ctx| Box::pin(async move {
                ::async_graphql::ContainerType::resolve_field(&[<$node Computed>](row), ctx).await
            })
        }
    };
}

/// The type of what is made of columns, where there is some.
#[doc(hidden)]
#[macro_export]
macro_rules! computed_type {
    ($node:ident,) => {
        None
    };
    ($node:ident, $($computed:ident)+) => {
        ::pastey::paste! {
            Some(|registry| registry.create_fake_output_type::<[<$node Computed>]>())
        }
    };
}

/// Says that a resource has an id, when it has a root field that finds it by one.
#[doc(hidden)]
#[macro_export]
macro_rules! identified {
    ($node:ident) => {};
    ($node:ident, $one:ident) => {
        impl $crate::read::resource::Identified for $node {}
    };
}
