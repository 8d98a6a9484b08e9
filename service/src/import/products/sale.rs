//! Whether a product's variants are for sale. Stock does not count, it is another file's.

use entity::{products, sea_orm_active_enums::ProductStatus};

use super::parse::Product;
use crate::Change;

/// Whether a product is active and listed, and was active before.
#[derive(Clone, Copy)]
pub(super) struct Sale {
    is_active: bool,
    /// `None` where the file does not say.
    is_listed: Option<bool>,
    was_active: bool,
}

impl Sale {
    pub(super) fn new(product: &Product, known: Option<&products::Model>) -> Self {
        let before = known.map_or(ProductStatus::Active, |known| known.status);
        let mut status = before;
        product.status.apply(&mut status);
        let is_listed = match product.is_listed {
            Change::Set(listed) => Some(listed),
            Change::Keep => None,
        };
        Self { is_active: status == ProductStatus::Active, is_listed, was_active: before == ProductStatus::Active }
    }

    /// Whether a variant is available, of which the file may say so itself.
    pub(super) fn is_available(self, said: Option<bool>, was_available: Option<bool>) -> bool {
        match said {
            // Of a product that is not active, and was not, nothing changes.
            Some(said) => said && (self.is_active || (!self.was_active && was_available == Some(true))),
            None => self.is_active && self.is_listed.unwrap_or_else(|| self.was_listed(was_available)),
        }
    }

    /// In an active product each variant says whether it was listed. In others this is unknown, and it counts as listed.
    fn was_listed(self, was_available: Option<bool>) -> bool {
        !self.was_active || was_available.unwrap_or(true)
    }
}
