//! Creating a product.

use crate::{
    catalog::{Product, ProductStatus},
    mutation::{catalog::variant::input::NewVariantInput, prelude::*},
};

verbs! {
    /// Creates a product with its variants.
    create_product = perform(service::catalog::product::create::Create) {
        /// Unique name, used in shop URLs. At most 255 characters.
        handle: String,
        /// Title of the work. At most 500 characters.
        title: String,
        /// Description, as plain text or HTML.
        description: Option<String>,
        /// Who makes it. At most 255 characters.
        vendor: Option<String>,
        /// The collection it belongs to. At most 255 characters.
        collection: Option<String>,
        /// Product category. At most 255 characters.
        category: Option<String>,
        /// Free-form tags, at most 250, without commas.
        tags: Vec<String> = Vec::new(),
        /// ISO 4217 currency code of its prices. Default: the shop's currency.
        currency: Option<String>,
        /// Status in the shop.
        status: ProductStatus = ProductStatus::Draft,
        /// Names of the options that its variants differ in, at most three, such as `Size`. Left out for a product of
        /// one variant.
        option_names: Vec<String> = Vec::new(),
        /// Its variants, 1 to 1000.
        variants: Vec<NewVariantInput>,
        /// Cost to the shop, in the product's currency.
        cost: Option<Decimal>,
    } -> product: Product;
}
