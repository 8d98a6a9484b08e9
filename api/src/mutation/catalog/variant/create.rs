//! Creating variants.

use super::{input::AddedVariantInput, result::VariantResult};
use crate::mutation::prelude::*;

verbs! {
    /// Creates variants of existing products.
    create_variants = perform(service::catalog::variant::create::Create) {
        /// The variants, at most 1000 items.
        items: Vec<AddedVariantInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[VariantResult];
}
