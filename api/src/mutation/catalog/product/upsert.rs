//! Creating and changing many products.

use service::{batch::ItemResult, catalog::product::upsert::Upserted};

use crate::{
    catalog::{Product, ProductStatus},
    mutation::{catalog::variant::input::UpsertedVariantInput, prelude::*},
    write::error::UserError,
};

input! {
    /// A product, found by its handle. Fields that are left out stay as they are, and so do variants that are not
    /// given.
    UpsertedProductInput => service::catalog::product::upsert::UpsertedProduct {
        /// Unique name, used in shop URLs. At most 255 characters.
        handle: String,
        ..versioned_or_new,
        /// Title of the work. At most 500 characters. A new product needs it.
        title: Option<String>,
        /// Description, as plain text or HTML. Null removes it.
        description: MaybeUndefined<String>,
        /// Who makes it. At most 255 characters. Null removes it.
        vendor: MaybeUndefined<String>,
        /// The collection it belongs to. At most 255 characters. Null removes it.
        collection: MaybeUndefined<String>,
        /// Product category. At most 255 characters. Null removes it.
        category: MaybeUndefined<String>,
        /// Free-form tags, at most 250, without commas.
        tags: Option<Vec<String>>,
        /// ISO 4217 currency code of its prices, which cannot change. Default for a new product: the shop's currency.
        currency: Option<String>,
        /// Status in the shop. Default for a new product: draft.
        status: Option<ProductStatus>,
        /// Names of the options that its variants differ in, at most three, such as `Size`.
        option_names: Option<Vec<String>>,
        /// Its variants. A new product needs one at least.
        variants: Vec<UpsertedVariantInput> = Vec::new(),
        /// Cost to the shop, in the product's currency. Null if unknown.
        cost: MaybeUndefined<Decimal>,
    }
}

object! {
    /// The result of one item of `upsertProducts`. Items succeed or fail on their own, each product with its variants.
    ProductResult(ItemResult<Upserted>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The product as it is now. Null if the item was refused.
        product: Option<Row<Product>> = item.outcome.as_ref().map(|upserted| upserted.product),
        /// Whether the product was created.
        created: bool = item.outcome.as_ref().is_some_and(|upserted| upserted.is_new),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Creates products, or updates those with the same handles.
    upsert_products = perform(service::catalog::product::upsert::Upsert) {
        /// The products, at most 1000 items with at most 1000 variants in all.
        items: Vec<UpsertedProductInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[ProductResult];
}
