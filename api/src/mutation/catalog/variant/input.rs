//! What is said of variants: with their product, or on their own.

use crate::{catalog::StockPolicy, mutation::prelude::*};

/// Declares inputs with fields of their own and those of a new variant.
macro_rules! new_variants {
    ($($(#[$doc:meta])* $name:ident => $target:path { $($own:tt)* })+) => {
        input! {$(
            $(#[$doc])*
            $name => $target {
                $($own)*
                /// Stock keeping unit (SKU), which no other variant has. At most 255 characters.
                sku: Option<String>,
                /// Values of the product's options, in the order of `optionNames`, each at most 255 characters. Left
                /// out for a product without options.
                option_values: Vec<String> = Vec::new(),
                /// Price, in the product's currency.
                price: Decimal,
                /// Reference price to compare with, in the product's currency. 0 is none.
                compare_at_price: Option<Decimal>,
                /// What happens when more is ordered than there is.
                stock_policy: StockPolicy = StockPolicy::Deny,
                /// Number of pieces of a limited edition, which needs the stock policy DENY. Left out for no limit.
                edition_size: Option<i32>,
                /// Class of goods for taxes, as in `TaxRate.taxClass`. At most 50 characters.
                tax_class: String = "standard".to_owned(),
            }
        )+}
    };
}

/// Declares inputs with fields of their own and changes of a variant.
macro_rules! changed_variants {
    ($($(#[$doc:meta])* $name:ident => $target:path { $($own:tt)* })+) => {
        input! {$(
            $(#[$doc])*
            $name => $target {
                $($own)*
                /// Stock keeping unit (SKU), which no other variant has. At most 255 characters. Null removes it.
                sku: MaybeUndefined<String>,
                /// Values of the product's options, in the order of `optionNames`, each at most 255 characters.
                option_values: Option<Vec<String>>,
                /// Price, in the product's currency.
                price: Option<Decimal>,
                /// Reference price to compare with, in the product's currency. 0 or null is none.
                compare_at_price: MaybeUndefined<Decimal>,
                /// What happens when more is ordered than there is. Changing to or from UNTRACKED is refused (IN_USE)
                /// while open orders or holds have pieces of it.
                stock_policy: Option<StockPolicy>,
                /// Number of pieces of a limited edition, which needs the stock policy DENY. Refused if more are in
                /// stock or sold, or if the edition is sold out. Null for no limit.
                edition_size: MaybeUndefined<i32>,
                /// Class of goods for taxes, as in `TaxRate.taxClass`. At most 50 characters.
                tax_class: Option<String>,
                /// Whether the variant can be bought. It cannot if its product is not active or its edition sold out.
                is_available: Option<bool>,
            }
        )+}
    };
}

new_variants! {
    /// A variant of a new product.
    NewVariantInput => service::catalog::variant::input::NewVariant {}

    /// A new variant of an existing product.
    AddedVariantInput => service::catalog::variant::input::AddedVariant {
        /// The product.
        product_id: Id,
    }
}

changed_variants! {
    /// Changes of a variant. Fields that are left out stay as they are.
    VariantUpdateInput => service::catalog::variant::input::VariantUpdate {
        /// The variant.
        id: Id,
        ..versioned,
    }

    /// A variant of an upserted product: the variant with this SKU, else the one with these options, else a new one,
    /// which needs a price. Fields that are left out stay as they are.
    UpsertedVariantInput => service::catalog::variant::input::UpsertedVariant {}
}
