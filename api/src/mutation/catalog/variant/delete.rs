//! Deleting variants.

use service::batch::ItemResult;
use uuid::Uuid;

use crate::{mutation::prelude::*, write::error::UserError};

input! {
    /// A variant to delete.
    DeletedVariantInput => service::catalog::variant::delete::DeletedVariant {
        /// The variant.
        id: Id,
        ..versioned,
    }
}

object! {
    /// The result of one item of `deleteVariants`. Items succeed or fail on their own.
    DeletedVariantResult(ItemResult<Uuid>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// Whether the variant was deleted.
        deleted: bool = item.outcome.is_some(),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Deletes variants. Refused (IN_USE) for a variant that orders, reservations or stock movements refer to, and for
    /// the last one of a product: archive the product instead.
    delete_variants = perform(service::catalog::variant::delete::Delete) {
        /// The variants, at most 1000 items.
        items: Vec<DeletedVariantInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[DeletedVariantResult];
}
