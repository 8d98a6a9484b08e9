//! The macro that declares a table. What it writes is names; behaviour is in the generic code beside this file.
//!
//! What a filter asks of a column is boxed, and so are filters: they nest, and their size counts on the stack at every
//! level.

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
        #[derive(Clone, Debug)]
        pub struct $node {
            $($(#[doc = $column_doc])* pub $column: $crate::read::cell::Loaded<$ty>,)+
        }

        impl $node {
            /// The number of a column, found while compiling.
            pub(crate) const fn column(name: &str) -> usize {
                $crate::read::resource::column(<Self as $crate::read::resource::Resource>::NAMES, name)
            }
        }

        impl $node {
            #[allow(unused_assignments, reason = "the last column's step is not read")]
            fn read(
                row: &::sea_orm::QueryResult,
                mut index: usize,
                columns: $crate::read::resource::Columns,
            ) -> Result<Self, ::sea_orm::DbErr> {
                let mut number = 0;
                let all = <Self as $crate::read::resource::Resource>::TABLE.columns();
                $(
                    let $column = $crate::read::cell::Loaded::<$ty>::read(row, &mut index, number, all, columns)?;
                    number += 1;
                )+
                Ok(Self { $($column),+ })
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

            const TABLE: &'static $crate::read::resource::Table = {
                use ::std::{collections::HashMap, sync::LazyLock};
                use $crate::read::{order::Sort, resource::{self, Column, Table}};
                static TABLE: Table = Table {
                    name: <$node as resource::Resource>::NAME,
                    object: stringify!($node),
                    connection: concat!(stringify!($node), "Connection"),
                    edge: concat!(stringify!($node), "Edge"),
                    key: &[$($node::column(stringify!($key))),+],
                    order: &[$(Sort::$own_dir($node::column(stringify!($own)))),+],
                    guard: <$node as resource::Resource>::GUARD,
                    columns: || {
                        static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
                            vec![$(Column::of(::entity::$entity::Column::[<$column:camel>])),+]
                        });
                        &COLUMNS
                    },
                    fields: || {
                        static FIELDS: LazyLock<Vec<String>> =
                            LazyLock::new(|| resource::fields(<$node as resource::Resource>::NAMES));
                        &FIELDS
                    },
                    needs: || {
                        static NEEDS: LazyLock<HashMap<String, resource::Columns>> = LazyLock::new(|| resource::needs(
                        <$node as resource::Resource>::NAMES,
                        &[
                            $((stringify!($to_one), $node::column(stringify!($one_key))),)*
                            $((stringify!($to_none), $node::column(stringify!($none_key))),)*
                        ],
                        &[$($((
                            stringify!($computed),
                            const { resource::Columns::NONE$(.with(resource::Columns::one($node::column(stringify!($from)))))+ },
                        ),)+)?],
                        ));
                        &NEEDS
                    },
                    read: |row, index, columns| Ok(::std::sync::Arc::new($node::read(row, index, columns)?)),
                    parameter: |column, key| {
                        $(if column == const { $node::column(stringify!($column)) } {
                            return <$ty as $crate::read::cell::Cell>::from_key(key);
                        })+
                        None
                    },
                };
                &TABLE
            };

            $(
                fn of(id: ::uuid::Uuid) -> Option<Self> {
                    const _: &str = stringify!($one);
                    Some(Self { id: $crate::read::scalars::Id(id).into(), ..Self::unread() })
                }
            )?
        }

        impl $node {
            #[allow(dead_code, reason = "of tables without an id nothing is known unread")]
            fn unread() -> Self {
                Self { $($column: Default::default()),+ }
            }
        }

        impl $crate::read::resource::AnyRow for $node {
            fn table(&self) -> &'static $crate::read::resource::Table {
                <Self as $crate::read::resource::Resource>::TABLE
            }

            fn resolve_field<'a>(
                &'a self,
                ctx: &'a ::async_graphql::Context<'a>,
            ) -> ::futures::future::BoxFuture<'a, ::async_graphql::ServerResult<Option<::async_graphql::Value>>> {
                static RELATIONS: ::std::sync::LazyLock<$crate::read::fields::Relations> = ::std::sync::LazyLock::new($node::relations);
                match $crate::read::fields::resolve(self, &RELATIONS, ctx) {
                    Some(resolved) => resolved,
                    None => $crate::computed!($node, self, ctx, $($($computed)+)?),
                }
            }

            fn id(&self) -> Option<::uuid::Uuid> {
                $(
                    const _: &str = stringify!($one);
                    return self.id.get().ok().map(|id| id.0);
                )?
                #[allow(unreachable_code, reason = "of tables with an id")]
                None
            }

            fn show(&self, column: usize) -> Option<::async_graphql::Value> {
                $(if column == const { $node::column(stringify!($column)) } {
                    return self.$column.show();
                })+
                None
            }

            fn key(&self, column: usize) -> ::service::Result<Option<String>> {
                $(if column == const { $node::column(stringify!($column)) } {
                    return self.$column.get().map($crate::read::cell::Cell::to_key);
                })+
                Ok(None)
            }

            fn into_any(self: ::std::sync::Arc<Self>) -> ::std::sync::Arc<dyn ::std::any::Any + Send + Sync> {
                self
            }
        }

        // A filter that reaches another table tells of its rows as surely as reading them.
        $(const _: () = assert!(<$one_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*
        $(const _: () = assert!(<$none_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*
        $(const _: () = assert!(<$many_target as $crate::read::resource::Resource>::GUARD.is_none(), "a guarded table");)*

        #[doc = concat!("Conditions on rows of `", stringify!($node), "`: all that are given must hold.")]
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, ::async_graphql::InputObject)]
        pub struct [<$node Filter>] {
            $($(#[doc = $column_doc])* pub $column: Option<Box<<$ty as $crate::read::cell::Cell>::Operators>>,)+
            $($(#[doc = $one_doc])* pub $to_one: Option<Box<<$one_target as $crate::read::resource::Resource>::Filter>>,)*
            $($(#[doc = $none_doc])* pub $to_none: Option<Box<<$none_target as $crate::read::resource::Resource>::Filter>>,)*
            $($(#[doc = $many_doc])* pub $to_many: Option<Box<<$many_target as $crate::read::resource::Resource>::ListFilter>>,)*
            $($($(#[doc = $filtered_doc])* pub $filtered: Option<Box<$operators>>,)+)?
            /// All of these hold; true for an empty list.
            pub and: Option<Vec<[<$node Filter>]>>,
            /// At least one of these holds; false for an empty list.
            pub or: Option<Vec<[<$node Filter>]>>,
            /// This does not hold.
            pub not: Option<Box<[<$node Filter>]>>,
        }

        #[doc = concat!("Conditions on a list of `", stringify!($node), "`: all that are given must hold.")]
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, ::async_graphql::InputObject)]
        pub struct [<$node ListFilter>] {
            /// At least one row of the list satisfies this.
            pub some: Option<Box<[<$node Filter>]>>,
            /// No row of the list satisfies this.
            pub none: Option<Box<[<$node Filter>]>>,
            /// Every row of the list satisfies this; so does an empty list.
            pub every: Option<Box<[<$node Filter>]>>,
        }

        impl $crate::read::filter::Condition for [<$node Filter>] {
            fn write(&self, sql: &mut ::service::database::Sql, table: ::service::database::Alias) {
                use $crate::read::filter;
                sql.push("(TRUE");
                $(filter::column(sql, table, <$node as $crate::read::resource::Resource>::NAMES[const { $node::column(stringify!($column)) }], self.$column.as_deref());)+
                $($(filter::column::<$operators>(sql, table, stringify!($filtered), self.$filtered.as_deref());)+)?
                $(filter::to_one::<$one_target>(sql, table, stringify!($one_key), &self.$to_one);)*
                $(filter::to_one::<$none_target>(sql, table, stringify!($none_key), &self.$to_none);)*
                $(if let Some(list) = &self.$to_many {
                    use $crate::read::filter::Quantifier;
                    let key = stringify!($many_key);
                    filter::to_many::<$many_target>(sql, table, key, Quantifier::Some, &list.some);
                    filter::to_many::<$many_target>(sql, table, key, Quantifier::None, &list.none);
                    filter::to_many::<$many_target>(sql, table, key, Quantifier::Every, &list.every);
                })*
                filter::logic(sql, table, &self.and, &self.or, &self.not);
                sql.push(")");
            }

            fn measure(&self, size: &mut $crate::read::filter::Size, depth: usize) {
                $(size.column(&self.$column);)+
                $($(size.column(&self.$filtered);)+)?
                $(size.nested(self.$to_one.as_deref(), depth);)*
                $(size.nested(self.$to_none.as_deref(), depth);)*
                $(if let Some(list) = &self.$to_many {
                    size.nested([&list.some, &list.none, &list.every].into_iter().filter_map(|filter| filter.as_deref()), depth);
                })*
                size.nested(self.and.iter().flatten().chain(self.or.iter().flatten()).chain(self.not.as_deref()), depth);
            }
        }

        #[doc = concat!("What a list of `", stringify!($node), "` can be ordered by.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::async_graphql::Enum)]
        #[allow(clippy::enum_variant_names, reason = "named as the columns are")]
        pub enum [<$node OrderField>] {
            $($(#[doc = $sort_doc])* [<$sort:camel>],)+
        }

        #[doc = concat!("One key that a list of `", stringify!($node), "` is ordered by.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::async_graphql::InputObject)]
        pub struct [<$node Order>] {
            /// The column.
            pub field: [<$node OrderField>],
            /// Which way.
            #[graphql(default)]
            pub direction: $crate::read::optional::Optional<$crate::read::order::SortDirection>,
            /// Where rows without a value stand, whichever the direction.
            #[graphql(default)]
            pub nulls: $crate::read::optional::Optional<$crate::read::order::NullsOrder>,
        }

        impl $crate::read::order::OrderBy for [<$node Order>] {
            fn sort(&self) -> $crate::read::order::Sort {
                let column = match self.field {
                    $([<$node OrderField>]::[<$sort:camel>] => const { $node::column(stringify!($sort)) },)+
                };
                $crate::read::order::Sort::new(column, self.direction.value, self.nulls.value)
            }
        }

        impl $node {
            fn relations() -> $crate::read::fields::Relations {
                #[allow(unused_imports, reason = "some tables have no relations")]
                use $crate::read::{fields::Relation, list::Arguments, order::Sort, resource::{Resource, camel}};
                vec![
                    $((camel(stringify!($to_one)), Relation::ToOne {
                        key: const { $node::column(stringify!($one_key)) },
                        target: <$one_target as Resource>::TABLE,
                    }),)*
                    $((camel(stringify!($to_none)), Relation::ToOne {
                        key: const { $node::column(stringify!($none_key)) },
                        target: <$none_target as Resource>::TABLE,
                    }),)*
                    $((camel(stringify!($to_many)), Relation::ToMany {
                        list: concat!(stringify!($node), ".", stringify!($to_many)),
                        key: const { $many_target::column(stringify!($many_key)) },
                        order: const { &[$(Sort::$many_dir($many_target::column(stringify!($many_own)))),+] },
                        arguments: Arguments::read::<$many_target>,
                    }),)*
                    $(
                        (camel("ancestors"), Relation::Ancestors { key: const { $node::column(stringify!($up)) } }),
                        (camel("descendants"), Relation::Descendants {
                            list: concat!(stringify!($node), ".descendants"),
                            key: const { $node::column(stringify!($up)) },
                            order: const { &[$(Sort::$below_dir($node::column(stringify!($below)))),+] },
                            arguments: Arguments::read::<$node>,
                        }),
                    )?
                ]
            }
        }

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
                ctx: &::async_graphql::ContextSelectionSet<'_>,
                _: &::async_graphql::Positioned<::async_graphql::parser::types::Field>,
            ) -> ::async_graphql::ServerResult<::async_graphql::Value> {
                $crate::read::row::write_one(ctx, self).await
            }
        }

        impl ::async_graphql::ContainerType for $node {
            async fn resolve_field(
                &self,
                ctx: &::async_graphql::Context<'_>,
            ) -> ::async_graphql::ServerResult<Option<::async_graphql::Value>> {
                $crate::read::resource::AnyRow::resolve_field(self, ctx).await
            }
        }

        impl ::async_graphql::ObjectType for $node {}

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

        #[doc = concat!("The root fields of `", stringify!($node), "`.")]
        #[derive(Clone, Copy, Debug, Default)]
        pub(super) struct [<$node Query>];

        #[::async_graphql::Object]
        impl [<$node Query>] {
            $(
                #[doc = concat!("The `", stringify!($node), "` with this id; null when there is none.")]
                async fn $one(
                    &self,
                    ctx: &::async_graphql::Context<'_>,
                    #[graphql(desc = "Its id.")] id: $crate::read::scalars::Id,
                ) -> ::service::Result<Option<$crate::read::row::Row<$node>>> {
                    Box::pin($crate::read::load::by_id(ctx, id)).await.map(|row| row.map($crate::read::row::Row))
                }
            )?
            $(
                #[doc = concat!("The `", stringify!($node), "` with this ", stringify!($natural_key), "; null when there is none.")]
                async fn $natural(
                    &self,
                    ctx: &::async_graphql::Context<'_>,
                    #[graphql(desc = "Exactly as it is stored, unless the field says otherwise.")] $natural_key: String,
                ) -> ::service::Result<Option<$crate::read::row::Row<$node>>> {
                    $(let $natural_key = $crate::read::load::$fold(&$natural_key);)?
                    Box::pin($crate::read::load::by_key(ctx, const { $node::column(stringify!($natural_key)) }, $natural_key)).await.map(|row| row.map($crate::read::row::Row))
                }
            )*
            #[doc = concat!("A page of all rows of `", stringify!($node), "`.")]
            #[allow(clippy::too_many_arguments, reason = "Relay's paging arguments")]
            async fn $many(
                &self,
                ctx: &::async_graphql::Context<'_>,
                #[graphql(desc = "Only rows that satisfy this.")] filter: Option<Box<[<$node Filter>]>>,
                #[graphql(desc = "The order, most significant key first.")] order_by: Option<Vec<[<$node Order>]>>,
                #[graphql(desc = "At most so many rows from the start: 0 to 250, 50 when nothing is said.")] first: Option<i32>,
                #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
                #[graphql(desc = "At most so many rows from the end: 0 to 250.")] last: Option<i32>,
                #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
            ) -> ::service::Result<$crate::read::connection::Connection<$node>> {
                let arguments = $crate::read::list::Arguments::of::<$node>(filter, order_by, (first, after, last, before));
                Box::pin($crate::read::load::list(ctx, stringify!($many), arguments)).await.map(::std::convert::Into::into)
            }
        }

        $crate::identified!($node $(, $one)?);
    } };
}

/// Resolves a field that is made of columns, where there are some.
#[doc(hidden)]
#[macro_export]
macro_rules! computed {
    ($node:ident, $row:ident, $ctx:ident,) => {
        Box::pin(::std::future::ready(Ok(None)))
    };
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

/// Says that a resource has an id, when it has a root field that finds it by one.
#[doc(hidden)]
#[macro_export]
macro_rules! identified {
    ($node:ident) => {};
    ($node:ident, $one:ident) => {
        impl $crate::read::resource::Identified for $node {}
    };
}
