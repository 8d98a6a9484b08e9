//! Moving a product to another status.

use crate::{
    catalog::{Product, ProductStatus},
    mutation::prelude::*,
};

verbs! {
    /// Moves a product to another status: draft to active and back, active to archived, archived to draft. Its variants
    /// can be bought while it is active, except those whose edition is sold out.
    set_product_status = perform(service::catalog::product::status::SetStatus) on product {
        /// The new status.
        status: ProductStatus,
    } -> product: Product;
}
