//! What is said of variants: with their product, or on their own.

use entity::sea_orm_active_enums::StockPolicy;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::VariantChanges;
use crate::Change;

/// Declares an input with fields of its own and those of a new variant.
macro_rules! new_variants {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
            /// Its stock keeping unit, which no other variant has.
            pub sku: Option<String>,
            /// Its values of the product's options; none where there are no options.
            pub option_values: Vec<String>,
            /// What it costs, in the product's currency.
            pub price: Decimal,
            /// What it is compared with; 0 is none.
            pub compare_at_price: Option<Decimal>,
            /// What happens when more is ordered than there is.
            pub stock_policy: StockPolicy,
            /// How many pieces there will ever be; none for no limit.
            pub edition_size: Option<i32>,
            /// Its class of goods for taxes.
            pub tax_class: String,
        }

        impl $name {
            /// The same as changes.
            pub(in crate::catalog) fn changes(&self) -> VariantChanges {
                VariantChanges {
                    sku: Change::Set(self.sku.clone()),
                    option_values: Change::Set(self.option_values.clone()),
                    price: Change::Set(self.price),
                    compare_at_price: Change::Set(self.compare_at_price),
                    stock_policy: Change::Set(self.stock_policy),
                    edition_size: Change::Set(self.edition_size),
                    tax_class: Change::Set(self.tax_class.clone()),
                    is_available: Change::Keep,
                }
            }
        }
    )+};
}

/// Declares an input with fields of its own and changes of a variant.
macro_rules! changed_variants {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
            /// Its stock keeping unit, which no other variant has.
            pub sku: Change<Option<String>>,
            /// Its values of the product's options.
            pub option_values: Change<Vec<String>>,
            /// What it costs, in the product's currency.
            pub price: Change<Decimal>,
            /// What it is compared with; 0 is none.
            pub compare_at_price: Change<Option<Decimal>>,
            /// What happens when more is ordered than there is.
            pub stock_policy: Change<StockPolicy>,
            /// How many pieces there will ever be; none for no limit.
            pub edition_size: Change<Option<i32>>,
            /// Its class of goods for taxes.
            pub tax_class: Change<String>,
            /// Whether it can be bought.
            pub is_available: Change<bool>,
        }

        impl $name {
            /// What of it concerns the variant.
            pub(in crate::catalog) fn changes(&self) -> VariantChanges {
                VariantChanges {
                    sku: self.sku.clone(),
                    option_values: self.option_values.clone(),
                    price: self.price.clone(),
                    compare_at_price: self.compare_at_price.clone(),
                    stock_policy: self.stock_policy.clone(),
                    edition_size: self.edition_size.clone(),
                    tax_class: self.tax_class.clone(),
                    is_available: self.is_available.clone(),
                }
            }
        }
    )+};
}

new_variants! {
    /// A variant of a new product.
    NewVariant {}

    /// A new variant of a product that is there.
    AddedVariant {
        /// The product.
        product_id: Uuid,
    }
}

changed_variants! {
    /// Changes of a variant that is there.
    VariantUpdate {
        /// The variant.
        id: Uuid,
        /// The version that the caller has seen.
        expected_version: Option<i32>,
    }

    /// A variant as a product is to have it: the one with this SKU, else the one with these options, else a new one.
    UpsertedVariant {}
}
