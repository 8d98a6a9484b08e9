//! Deleting a product.

use crate::mutation::prelude::*;

verbs! {
    /// Deletes a product with its variants. Refused (IN_USE) if orders, reservations or stock movements refer to one of
    /// them: archive the product instead.
    delete_product = perform(service::catalog::product::delete::Delete) on product -> deleted {
        /// Id of the product that was deleted.
        deleted_id: Id = *deleted,
    }
}
