//! The results of batches of variants.

use service::batch::ItemResult;
use uuid::Uuid;

use crate::{catalog::ProductVariant, mutation::prelude::*, write::error::UserError};

object! {
    /// The result of one item of a batch of variants. Items succeed or fail on their own.
    VariantResult(ItemResult<Uuid>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The variant as it is now. Null if the item was refused.
        variant: Option<Row<ProductVariant>> = item.outcome,
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}
