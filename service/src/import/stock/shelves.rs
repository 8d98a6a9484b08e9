//! The variants that rows of a file name, with their stock, read and locked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{inventory, product_variants as variants, products};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::parse::{Stock, VariantKey};
use crate::Result;

/// A variant and how many of it are for sale at each location.
pub(super) struct Shelf {
    pub(super) variant: variants::Model,
    pub(super) rows: BTreeMap<String, inventory::Model>,
    pub(super) available: BTreeMap<String, i32>,
}

impl Shelf {
    fn new(variant: variants::Model, rows: Vec<inventory::Model>) -> Self {
        let available = rows.iter().map(|row| (row.location.clone(), row.quantity_available)).collect();
        let rows = rows.into_iter().map(|row| (row.location.clone(), row)).collect();
        Self { variant, rows, available }
    }

    /// How many are for sale in all locations.
    pub(super) fn sum(&self) -> i64 {
        self.available.values().map(|available| i64::from(*available)).sum()
    }

    /// How many are kept for baskets and orders.
    pub(super) fn reserved(&self) -> i64 {
        self.rows.values().map(|row| i64::from(row.quantity_reserved)).sum()
    }

    /// What `product_variants.inventory_quantity` must be, when it fits. Rows of other locations may have come since
    /// these were read.
    pub(super) fn quantity(&self) -> Option<i32> {
        let before: i64 = self.rows.values().map(|row| i64::from(row.quantity_available)).sum();
        i32::try_from(i64::from(self.variant.inventory_quantity) + self.sum() - before).ok()
    }
}

/// The variants that the rows name, with their stock rows.
pub(super) struct Shelves {
    pub(super) shelves: HashMap<Uuid, Shelf>,
    ids: HashMap<VariantKey, Vec<Uuid>>,
}

/// The variant that a row names.
pub(super) enum Found<'a> {
    Variant(&'a mut Shelf),
    None,
    Several,
}

impl Shelves {
    /// Reads and locks them: the stock rows first, then the variants, each in one order everywhere, so that two who do
    /// wait instead of blocking each other.
    pub(super) async fn load(txn: &DatabaseTransaction, rows: &[Stock]) -> Result<Self> {
        let mut skus = BTreeSet::new();
        let mut handles = BTreeSet::new();
        for row in rows {
            match &row.variant {
                VariantKey::Sku(sku) => skus.insert(sku),
                VariantKey::Options { handle, .. } => handles.insert(handle),
            };
        }
        let products = products::Entity::find()
            .select_only()
            .columns([products::Column::Id, products::Column::Handle])
            .filter(products::Column::Handle.is_in(handles));
        let products: HashMap<Uuid, String> = products.into_tuple().all(txn).await?.into_iter().collect();
        let of_products = variants::Column::ProductId.is_in(products.keys().copied());
        let named = variants::Entity::find()
            .select_only()
            .column(variants::Column::Id)
            .filter(Condition::any().add(variants::Column::Sku.is_in(skus)).add(of_products));
        let named: Vec<Uuid> = named.into_tuple().all(txn).await?;
        let mut by_variant = stock_rows(txn, &named).await?;
        let found = variants::Entity::find()
            .filter(variants::Column::Id.is_in(named))
            .order_by_asc(variants::Column::Id)
            .lock_exclusive();
        let mut loaded = Self { shelves: HashMap::new(), ids: HashMap::new() };
        for variant in found.all(txn).await? {
            let handle = products.get(&variant.product_id).cloned();
            let by_options = handle.map(|handle| VariantKey::Options { handle, title: variant.title.clone() });
            for key in variant.sku.clone().map(VariantKey::Sku).into_iter().chain(by_options) {
                loaded.ids.entry(key).or_default().push(variant.id);
            }
            let rows = by_variant.remove(&variant.id).unwrap_or_default();
            loaded.shelves.insert(variant.id, Shelf::new(variant, rows));
        }
        Ok(loaded)
    }

    pub(super) fn find(&mut self, row: &Stock) -> Found<'_> {
        match self.ids.get(&row.variant).map(Vec::as_slice) {
            Some([id]) => self.shelves.get_mut(id).map_or(Found::None, Found::Variant),
            Some([_, _, ..]) => Found::Several,
            _ => Found::None,
        }
    }
}

async fn stock_rows(txn: &DatabaseTransaction, variants: &[Uuid]) -> Result<HashMap<Uuid, Vec<inventory::Model>>> {
    let known = inventory::Entity::find()
        .filter(inventory::Column::ProductVariantId.is_in(variants.iter().copied()))
        .order_by_asc(inventory::Column::ProductVariantId)
        .order_by_asc(inventory::Column::Location)
        .lock_exclusive()
        .all(txn)
        .await?;
    let mut by_variant: HashMap<Uuid, Vec<inventory::Model>> = HashMap::new();
    for row in known {
        by_variant.entry(row.product_variant_id).or_default().push(row);
    }
    Ok(by_variant)
}
