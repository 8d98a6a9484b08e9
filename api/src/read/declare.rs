//! The macro that declares a table. What it writes is names; behaviour is in the generic code beside this file.
//!
//! - `filter`, `order`, `root`: the types that a list is asked by, and the root fields.

mod filter;
mod order;
mod root;

/// Declares the object type of one table: its columns, relations, filter, order and root fields.
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
///   columns, or loaded by them, by `async fn(&Type, &Context, …) -> Result<Type>`; the arguments may be left out;
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
        #[derive(Debug, Default)]
        pub struct $node {
            $($(#[doc = $column_doc])* pub $column: $crate::read::cell::Loaded<$ty>,)+
        }

        impl $node {
            /// The number of a column, found while compiling.
            pub(crate) const fn column(name: &str) -> usize {
                $crate::read::resource::column(<Self as $crate::read::resource::Resource>::NAMES, name)
            }
        }

        impl $crate::read::resource::Resource for $node {
            type Entity = ::entity::$entity::Entity;
            type Filter = [<$node Filter>];
            type ListFilter = [<$node ListFilter>];
            type OrderBy = [<$node Order>];
            const NAME: &'static str = stringify!($entity);
            const NAMES: &'static [&'static str] = &[$($crate::read::resource::plain(stringify!($column))),+];
            const GUARD: Option<::service::access::Operation> = $crate::guard!($($guard)?);

            const TABLE: &'static $crate::read::table::Table = {
                use ::std::{collections::HashMap, sync::{Arc, LazyLock}};
                use $crate::read::{column::Column, filter::Filtered, resource, sort::{OrderBy, Sort}, table::{Member, Table}};
                static TABLE: Table = Table {
                    name: <$node as resource::Resource>::NAME,
                    object: stringify!($node),
                    connection: concat!(stringify!($node), "Connection"),
                    edge: concat!(stringify!($node), "Edge"),
                    id: $crate::id_column!($node $(, $one)?),
                    key: &[$($node::column(stringify!($key))),+],
                    order: &[$(Sort::$own_dir($node::column(stringify!($own)))),+],
                    guard: <$node as resource::Resource>::GUARD,
                    columns: || {
                        static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
                            vec![$(Column::of(::entity::$entity::Column::[<$column:camel>])),+]
                        });
                        &COLUMNS
                    },
                    members: || {
                        static MEMBERS: LazyLock<HashMap<String, Member>> = LazyLock::new(|| resource::members(
                            <$node as resource::Resource>::NAMES,
                            vec![
                                $((stringify!($to_one), $crate::read::table::Relation::ToOne {
                                    key: const { $node::column(stringify!($one_key)) },
                                    target: <$one_target as resource::Resource>::TABLE,
                                }),)*
                                $((stringify!($to_none), $crate::read::table::Relation::ToOne {
                                    key: const { $node::column(stringify!($none_key)) },
                                    target: <$none_target as resource::Resource>::TABLE,
                                }),)*
                                $((stringify!($to_many), $crate::read::table::Relation::ToMany {
                                    list: concat!(stringify!($node), ".", stringify!($to_many)),
                                    target: <$many_target as resource::Resource>::TABLE,
                                    key: const { $many_target::column(stringify!($many_key)) },
                                    order: const { &[$(Sort::$many_dir($many_target::column(stringify!($many_own)))),+] },
                                }),)*
                                $(
                                    ("ancestors", $crate::read::table::Relation::Ancestors { key: const { $node::column(stringify!($up)) } }),
                                    ("descendants", $crate::read::table::Relation::Descendants {
                                        list: concat!(stringify!($node), ".descendants"),
                                        key: const { $node::column(stringify!($up)) },
                                        order: const { &[$(Sort::$below_dir($node::column(stringify!($below)))),+] },
                                    }),
                                )?
                            ],
                            &[$($((
                                stringify!($computed),
                                const { $crate::read::column::Columns::NONE$(.with($crate::read::column::Columns::one($node::column(stringify!($from)))))+ },
                            ),)+)?],
                        ));
                        &MEMBERS
                    },
                    empty: || Arc::new($node::default()),
                    filter: |ctx| {
                        let (_, filter) = ctx.param_value::<Option<Box<[<$node Filter>]>>>("filter", None)?;
                        Ok(filter.map(Filtered::by))
                    },
                    order_by: |ctx| {
                        let (_, order_by) = ctx.param_value::<Option<Vec<[<$node Order>]>>>("orderBy", None)?;
                        Ok(order_by.iter().flatten().map(OrderBy::sort).collect())
                    },
                };
                &TABLE
            };

            $(
                fn of(id: ::uuid::Uuid) -> Option<Self> {
                    const _: &str = stringify!($one);
                    let mut row = Self::default();
                    row.id = $crate::read::scalars::Id(id).into();
                    Some(row)
                }
            )?
        }

        impl $crate::read::table::AnyRow for $node {
            fn table(&self) -> &'static $crate::read::table::Table {
                <Self as $crate::read::resource::Resource>::TABLE
            }

            fn cell(&self, column: usize) -> Option<&dyn $crate::read::cell::AnyCell> {
                $(if column == const { $node::column(stringify!($column)) } {
                    return Some(&self.$column);
                })+
                None
            }

            fn cell_mut(&mut self, column: usize) -> Option<&mut dyn $crate::read::cell::AnyCell> {
                $(if column == const { $node::column(stringify!($column)) } {
                    return Some(&mut self.$column);
                })+
                None
            }

            fn computed<'a>(
                &'a self,
                ctx: &'a ::async_graphql::Context<'a>,
            ) -> ::futures::future::BoxFuture<'a, ::async_graphql::ServerResult<Option<::async_graphql::Value>>> {
                $crate::computed!($node, self, ctx, $($($computed)+)?)
            }
        }

        // A filter that reaches another table tells of its rows as surely as reading them.
        $(const _: () = assert!(<$one_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*
        $(const _: () = assert!(<$none_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*
        $(const _: () = assert!(<$many_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*

        $crate::row_filter! {
            $node;
            columns { $($(#[doc = $column_doc])* $column: $ty,)+ }
            to_one {
                $($(#[doc = $one_doc])* $to_one: $one_target by $one_key,)*
                $($(#[doc = $none_doc])* $to_none: $none_target by $none_key,)*
            }
            to_many { $($(#[doc = $many_doc])* $to_many: $many_target by $many_key,)* }
            filtered { $($($(#[doc = $filtered_doc])* $filtered: $operators,)+)? }
        }

        $crate::row_order! { $node; $($(#[doc = $sort_doc])* $sort,)+ }

        impl ::async_graphql::OutputType for $node {
            fn type_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($node))
            }

            fn create_type_info(registry: &mut ::async_graphql::registry::Registry) -> String {
                registry.create_output_type::<Self, _>(::async_graphql::registry::MetaTypeId::Object, |registry| {
                    let mut fields = $crate::read::fields::Fields::default();
                    $(fields.column::<$ty>(registry, stringify!($column), &[$($column_doc),*]);)+
                    $(fields.to_one::<$one_target>(registry, stringify!($to_one), &[$($one_doc),*]);)*
                    $(fields.to_one_or_none::<$none_target>(registry, stringify!($to_none), &[$($none_doc),*]);)*
                    $(fields.to_many::<$many_target>(registry, stringify!($to_many), &[$($many_doc),*]);)*
                    $crate::computed_fields!($node, fields, registry, $($($computed)+)?);
                    $(
                        const _: &str = stringify!($up);
                        fields.hierarchy::<$node>(registry);
                    )?
                    fields.object::<Self>(&[$($doc),*])
                })
            }

            async fn resolve(
                &self,
                _: &::async_graphql::ContextSelectionSet<'_>,
                _: &::async_graphql::Positioned<::async_graphql::parser::types::Field>,
            ) -> ::async_graphql::ServerResult<::async_graphql::Value> {
                // A `Row` shows it.
                Ok(::async_graphql::Value::Null)
            }
        }

        $(
            /// What is made of columns.
            struct [<$node Computed>]<'a>(&'a $node);

            #[::async_graphql::Object]
            impl [<$node Computed>]<'_> {
                $(
                    $(#[doc = $computed_doc])*
                    async fn $computed(
                        &self,
                        ctx: &::async_graphql::Context<'_>,
                        $($(#[graphql(desc = $argument_doc $(, $argument_flag)?)] $argument: $argument_ty),+)?
                    ) -> ::service::Result<$computed_ty> {
                        Box::pin($by(self.0, ctx $($(, $argument)+)?)).await
                    }
                )+
            }
        )?

        $crate::root_fields! {
            $node;
            $(one $one;)?
            $(find $natural($natural_key $(, $fold)?);)*
            list $many;
        }

        $crate::identified!($node $(, $one)?);
    } };
}

/// Resolves a field that is made of columns, where there are some.
#[doc(hidden)]
#[macro_export]
macro_rules! computed {
    ($node:ident, $row:ident, $ctx:ident,) => {{
        let _ = $ctx;
        Box::pin(::std::future::ready(Ok(None)))
    }};
    ($node:ident, $row:ident, $ctx:ident, $($computed:ident)+) => { ::pastey::paste! {
        Box::pin(async move { ::async_graphql::ContainerType::resolve_field(&[<$node Computed>]($row), $ctx).await })
    } };
}

/// Adds the fields that are made of columns, where there are some.
#[doc(hidden)]
#[macro_export]
macro_rules! computed_fields {
    ($node:ident, $fields:ident, $registry:ident,) => {};
    ($node:ident, $fields:ident, $registry:ident, $($computed:ident)+) => {
        ::pastey::paste! {
            $fields.computed::<[<$node Computed>]>($registry)
        }
    };
}

/// What must be allowed, if something must.
#[doc(hidden)]
#[macro_export]
macro_rules! guard {
    () => {
        None
    };
    ($guard:ident) => {
        Some(::service::access::Operation::$guard)
    };
}

/// The column of the id, when there is a root field that finds a row by one.
#[doc(hidden)]
#[macro_export]
macro_rules! id_column {
    ($node:ident) => {
        None
    };
    ($node:ident, $one:ident) => {
        Some($node::column("id"))
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
