//! Products with their variants, read to be changed: an item of a call that is refused leaves them as they were. What was
//! changed is written at the end, at once.
//!
//! `load`: reading and holding them. [`Facts`]: what else is asked of their variants. `save`: writing them.

mod facts;
mod load;
mod save;

use std::collections::{BTreeMap, HashMap};

use entity::{
    product_variants, products,
    sea_orm_active_enums::{ProductStatus, StockPolicy},
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

pub(super) use facts::{Facts, Wanted, is_tracked};
pub(super) use load::Hold;

use super::{fields, options};
use crate::{
    UnitOfWork,
    refusal::{Code, Refusal},
};

/// The most variants of a product.
const MAX_VARIANTS: usize = 2_000;

/// Products, as they were read and as they are to be.
#[derive(Debug, Default)]
pub(super) struct Assortment {
    products: BTreeMap<Uuid, Product>,
}

/// A product with its variants.
#[derive(Clone, Debug)]
pub(super) struct Product {
    /// As it was read; none for a new one.
    before: Option<products::Model>,
    /// As it is to be.
    pub(super) row: products::Model,
    /// All of them, the oldest first.
    pub(super) variants: Vec<Variant>,
    /// Those that are to be deleted.
    gone: Vec<product_variants::Model>,
    /// Those whose prices changed beside their rows.
    repriced: Vec<Uuid>,
}

/// A variant of a product.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    /// As it was read; none for a new one.
    pub(super) before: Option<product_variants::Model>,
    /// As it is to be.
    pub(super) row: product_variants::Model,
}

impl Assortment {
    /// The product with this id.
    pub(super) fn product(&self, id: Uuid) -> Option<&Product> {
        self.products.get(&id)
    }

    /// The same, to be changed.
    pub(super) fn product_mut(&mut self, id: Uuid) -> Option<&mut Product> {
        self.products.get_mut(&id)
    }

    /// Says that prices of a variant changed beside its row.
    pub(super) fn reprice(&mut self, product: Uuid, variant: Uuid) {
        if let Some(product) = self.products.get_mut(&product)
            && !product.repriced.contains(&variant)
        {
            product.repriced.push(variant);
        }
    }

    /// The product of each variant.
    pub(super) fn products_of_variants(&self) -> HashMap<Uuid, Uuid> {
        let of = |product: &Product| -> Vec<(Uuid, Uuid)> {
            product.variant_ids().into_iter().map(|variant| (variant, product.row.id)).collect()
        };
        self.products.values().flat_map(of).collect()
    }

    /// Takes a product in the place of the one that has its id.
    pub(super) fn put(&mut self, product: Product) {
        self.products.insert(product.row.id, product);
    }
}

impl Product {
    /// A new one.
    pub(super) fn new(row: products::Model) -> Self {
        Self { before: None, row, variants: Vec::new(), gone: Vec::new(), repriced: Vec::new() }
    }

    /// The names of its options.
    pub(super) fn option_names(&self) -> Vec<String> {
        options::list(&self.row.option_names)
    }

    /// Whether its variants are for sale, but for what stands in the way of each.
    pub(super) fn is_active(&self) -> bool {
        self.row.status == ProductStatus::Active
    }

    /// The ids of its variants.
    pub(super) fn variant_ids(&self) -> Vec<Uuid> {
        self.variants.iter().map(|variant| variant.row.id).collect()
    }

    /// Where a variant stands among its variants.
    pub(super) fn place(&self, variant: Uuid) -> Option<usize> {
        self.variants.iter().position(|known| known.row.id == variant)
    }

    /// Whether another variant has the same options.
    pub(super) fn has_twin(&self, place: usize) -> bool {
        let Some(one) = self.variants.get(place) else { return false };
        let mut others = self.variants.iter().enumerate().filter(|(other, _)| *other != place);
        others.any(|(_, other)| other.row.option_values == one.row.option_values)
    }

    /// Changes a variant; a refusal leaves it as it was.
    pub(super) fn change(
        &mut self,
        place: usize,
        change: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let was = self.variants.get(place).map(|variant| variant.row.clone());
        let changed = change(self);
        if changed.is_err()
            && let Some((variant, was)) = self.variants.get_mut(place).zip(was)
        {
            variant.row = was;
        }
        changed
    }

    /// Refuses one variant more than a product can have.
    pub(super) fn check_room(&self) -> Result<(), Refusal> {
        match self.variants.len() < MAX_VARIANTS {
            true => Ok(()),
            false => {
                let message = format!("a product has at most {MAX_VARIANTS} variants");
                Err(Refusal::new(Code::LimitReached, message))
            }
        }
    }

    /// Takes a variant away.
    pub(super) fn remove_variant(&mut self, place: usize) {
        self.gone.extend(self.variants.remove(place).before);
    }

    /// Adds an empty variant; returns its index.
    pub(super) fn add_variant(&mut self, unit: &UnitOfWork) -> usize {
        let row = product_variants::Model {
            id: Uuid::now_v7(),
            product_id: self.row.id,
            shopify_variant_id: None,
            sku: None,
            title: String::new(),
            size: None,
            frame_type: None,
            price: Decimal::ZERO,
            compare_at_price: None,
            inventory_quantity: 0,
            is_available: self.is_active(),
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
            option_values: json!([]),
            stock_policy: StockPolicy::Deny,
            edition_size: None,
            edition_sold: 0,
            tax_class: fields::STANDARD.to_owned(),
            shopify_inventory_item_id: None,
        };
        self.variants.push(Variant { before: None, row });
        self.variants.len() - 1
    }
}
