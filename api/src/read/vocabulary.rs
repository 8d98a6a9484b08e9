//! The macro that declares closed vocabularies.

/// Declares closed vocabularies: each value documented, checked against the generated enum.
#[macro_export]
macro_rules! vocabulary {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$value_doc:meta])* $value:ident,)+ }
    )+) => { ::pastey::paste! {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::async_graphql::Enum)]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
        }

        impl From<$name> for ::entity::sea_orm_active_enums::$name {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$value => Self::$value,)+
                }
            }
        }

        impl $crate::write::input::IntoDomain<::entity::sea_orm_active_enums::$name> for $name {
            fn into_domain(self) -> ::entity::sea_orm_active_enums::$name {
                self.into()
            }
        }

        impl From<::entity::sea_orm_active_enums::$name> for $name {
            fn from(value: ::entity::sea_orm_active_enums::$name) -> Self {
                match value {
                    $(::entity::sea_orm_active_enums::$name::$value => Self::$value,)+
                }
            }
        }

        impl $crate::read::column_type::ColumnValue for $name {
            type Stored = ::entity::sea_orm_active_enums::$name;
            type Operators = [<$name Filter>];

            const KIND: $crate::read::column_type::Kind = $crate::read::column_type::Kind::Choice(|| {
                use $crate::read::column_type::{Choices, choices};
                static CHOICES: ::std::sync::LazyLock<Choices> = ::std::sync::LazyLock::new(choices::<$name>);
                &CHOICES
            });

            fn of(cell: &$crate::read::cell::Cell) -> Option<Self> {
                $crate::read::column_type::chosen(cell)
            }
        }

        impl $crate::read::bind::Bind for $name {
            fn bind(&self, sql: &mut ::service::database::Sql) {
                sql.literal(&::entity::sea_orm_active_enums::$name::from(*self));
            }
        }

        $crate::choice_operators!(
            #[doc = concat!("Conditions on a field of type `", stringify!($name), "`; all that are given must hold.")]
            [<$name Filter>], $name
        );
    )+} };
}
