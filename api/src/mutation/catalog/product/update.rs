//! Changing a product.

use crate::{catalog::Product, mutation::prelude::*};

verbs! {
    /// Updates a product. Fields that are left out stay as they are.
    update_product = perform(service::catalog::product::update::Update) on product {
        /// Unique name, used in shop URLs. At most 255 characters.
        handle: Option<String>,
        /// Title of the work. At most 500 characters.
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
        /// New names of its options, as many as it has now. `upsertProducts` can change their number.
        option_names: Option<Vec<String>>,
        /// Cost to the shop, in the product's currency. Null if unknown.
        cost: MaybeUndefined<Decimal>,
    } -> product: Product;
}
