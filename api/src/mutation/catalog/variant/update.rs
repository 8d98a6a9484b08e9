//! Changing variants.

use super::{input::VariantUpdateInput, result::VariantResult};
use crate::mutation::prelude::*;

verbs! {
    /// Updates variants. Fields that are left out stay as they are.
    update_variants = perform(service::catalog::variant::update::Update) {
        /// The variants, at most 1000 items.
        items: Vec<VariantUpdateInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[VariantResult];
}
