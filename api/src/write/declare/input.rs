//! How inputs are declared.

/// Declares input types, each with its conversion to a type of the service, whose fields have the same names.
///
/// A field is written `name: Type`, or `name: Type = default` where it is the default when it is left out or null.
/// `..group` stands for fields that several inputs have; what the groups are is said in `input_fields!`.
#[macro_export]
macro_rules! input {
    ($(
        $(#[$doc:meta])*
        $input:ident => $target:path { $($fields:tt)* }
    )+) => {
        $($crate::input_fields! { { $input { $(#[$doc])* } => $target {} } {} $($fields)* })+
    };
}

/// Declares an input field by field. In the first braces stands what is declared: a type, its attributes, the type of the
/// service, and fields that are not a part of that; in the second ones the fields that are done; then those to do.
#[doc(hidden)]
#[macro_export]
macro_rules! input_fields {
    // All are done.
    (
        { $input:ident { $($doc:tt)* } => $target:path { $($more:tt)* } }
        { $($(#[$meta:meta])* $field:ident: $ty:ty,)* }
    ) => {
        $($doc)*
        #[derive(Clone, Debug, ::async_graphql::InputObject)]
        pub(crate) struct $input {
            $($(#[$meta])* $field: $ty,)*
            $($more)*
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
    // The group of a verb that changes a row which others can change, too.
    ($input:tt $done:tt ..versioned, $($rest:tt)*) => {
        $crate::input_fields! {
            $input $done
            /// The version that you read. The call is refused (VERSION_CONFLICT) if the current version is different.
            expected_version: Option<i32>,
            $($rest)*
        }
    };
    // The same for a verb that creates the row if there is none.
    ($input:tt $done:tt ..versioned_or_new, $($rest:tt)*) => {
        $crate::input_fields! {
            $input $done
            /// The version that you have read, 0 if the row must not exist yet. The call is refused
            /// (VERSION_CONFLICT) if it has another one now.
            expected_version: Option<i32>,
            $($rest)*
        }
    };
    // The group of who works on a task.
    ($input:tt $done:tt ..lease, $($rest:tt)*) => {
        $crate::input_fields! {
            $input $done
            /// The task.
            task_id: $crate::read::scalars::Id,
            /// The token of its lease.
            token: $crate::read::scalars::Id,
            $($rest)*
        }
    };
    // The group of who wants to buy something; what is bought stands beside it.
    ($input:tt $done:tt ..buyer, $($rest:tt)*) => {
        $crate::input_fields! {
            $input $done
            /// The customer.
            customer_id: Option<$crate::read::scalars::Id>,
            /// Email address for the order. The customer is the one with this address, unless `customerId` is given;
            /// if there is none, one is created when the order is placed.
            email: Option<String>,
            /// ISO 4217 currency code of all amounts. Default: the currency of the shop.
            currency: Option<String>,
            /// Address to ship to, a JSON object. Taxes and shipping methods depend on its `country` (ISO 3166, two
            /// capital letters) and `region`. Default: the country of the shop.
            shipping_address: Option<::serde_json::Value>,
            /// Address to bill, a JSON object.
            billing_address: Option<::serde_json::Value>,
            /// Code of the shipping method. Default: no shipping cost.
            shipping_method: Option<String>,
            /// Shipping cost that was agreed, instead of a method.
            shipping_amount: Option<::rust_decimal::Decimal>,
            /// Discount codes, at most 20. The call is refused (DISCOUNT_REFUSED) if one does not apply.
            discount_codes: Vec<String> = ::std::vec::Vec::new(),
            /// Notes. At most 10000 characters.
            note: Option<String>,
            /// Free-form tags, without commas.
            tags: Vec<String> = ::std::vec::Vec::new(),
            $($rest)*
        }
    };
    // A field that must be given, or is null where it is not.
    ($input:tt { $($done:tt)* } $(#[$meta:meta])* $field:ident: $ty:ty, $($rest:tt)*) => {
        $crate::input_fields! {
            $input
            { $($done)* $(#[$meta])* $field: $ty, }
            $($rest)*
        }
    };
    // A field with a default, which needs a name of its own.
    (
        { $input:ident $($about:tt)* } { $($done:tt)* }
        $(#[$meta:meta])* $field:ident: $ty:ty = $default:expr, $($rest:tt)*
    ) => { ::pastey::paste! {
        $crate::fallbacks! {
            #[doc = "What `" $field "` is where it is left out."]
            [<$input $field:camel>]: $ty = $default;
        }

        $crate::input_fields! {
            { $input $($about)* }
            {
                $($done)*
                $(#[$meta])*
                #[graphql(default)]
                $field: $crate::read::optional::Optional<$ty, [<$input $field:camel>]>,
            }
            $($rest)*
        }
    } };
}

/// Declares closed vocabularies of inputs, each the same as one of the service.
#[macro_export]
macro_rules! input_enum {
    ($(
        $(#[$doc:meta])*
        $name:ident => $target:ty { $($(#[$value_doc:meta])* $value:ident,)+ }
    )+) => {$(
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
    )+};
}
