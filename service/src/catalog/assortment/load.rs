//! Reading products and their variants, held for a change.

use std::collections::{BTreeMap, HashSet};

use entity::{product_variants, products};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::{Assortment, Product, Variant};
use crate::{Result, UnitOfWork};

/// Which variants of products are changed.
#[derive(Clone, Copy, Debug)]
pub(in crate::catalog) enum Hold<'a> {
    /// None: there may be new ones.
    Nothing,
    /// These.
    Variants(&'a [Uuid]),
    /// Any.
    All,
}

impl Assortment {
    /// Products and all of their variants; what is not there is left out. Nobody changes them, nor the variants that
    /// are held, before the end of the unit.
    pub(in crate::catalog) async fn load(unit: &UnitOfWork, products: &[Uuid], hold: Hold<'_>) -> Result<Self> {
        if products.is_empty() {
            return Ok(Self::default());
        }
        let held = hold_variants(unit, products, hold).await?;
        let rows = products::Entity::find()
            .filter(products::Column::Id.is_in(products.iter().copied()))
            .order_by_asc(products::Column::Id)
            .lock(LockType::NoKeyUpdate);
        let rows = rows.all(unit.txn().await?).await?;
        // After the products are held: nobody adds another one.
        let variants = product_variants::Entity::find()
            .filter(product_variants::Column::ProductId.is_in(products.iter().copied()))
            .order_by_asc(product_variants::Column::Id);
        let mut by_product: BTreeMap<Uuid, Vec<Variant>> = BTreeMap::new();
        for row in variants.all(unit.txn().await?).await? {
            let variant = Variant { before: Some(row.clone()), row };
            by_product.entry(variant.row.product_id).or_default().push(variant);
        }
        if matches!(hold, Hold::All) {
            // Somebody added them between the two.
            let known = by_product.values().flatten().map(|variant| variant.row.id);
            let late: Vec<Uuid> = known.filter(|variant| !held.contains(variant)).collect();
            hold_variants(unit, products, Hold::Variants(&late)).await?;
        }
        let product = |row: products::Model| {
            let variants = by_product.remove(&row.id).unwrap_or_default();
            (row.id, Product { before: Some(row.clone()), variants, ..Product::new(row) })
        };
        Ok(Self { products: rows.into_iter().map(product).collect() })
    }

    /// Holds variants, and reads their products as [`Assortment::load`] does.
    pub(in crate::catalog) async fn of_variants(unit: &UnitOfWork, variants: &[Uuid]) -> Result<Self> {
        let mut sql = unit.sql();
        // A variant stays with its product.
        sql.push("SELECT DISTINCT product_id AS id FROM product_variants WHERE id").is_any(variants);
        let products: Vec<Uuid> = unit.ids(sql).await?;
        Self::load(unit, &products, Hold::Variants(variants)).await
    }
}

/// Holds variants, in the order of their ids; says which.
async fn hold_variants(unit: &UnitOfWork, products: &[Uuid], hold: Hold<'_>) -> Result<HashSet<Uuid>> {
    let condition = match hold {
        Hold::Nothing | Hold::Variants([]) => return Ok(HashSet::new()),
        Hold::Variants(ids) => product_variants::Column::Id.is_in(ids.iter().copied()),
        Hold::All => product_variants::Column::ProductId.is_in(products.iter().copied()),
    };
    let held = product_variants::Entity::find()
        .select_only()
        .column(product_variants::Column::Id)
        .filter(condition)
        .order_by_asc(product_variants::Column::Id)
        .lock(LockType::Update);
    Ok(held.into_tuple::<Uuid>().all(unit.txn().await?).await?.into_iter().collect())
}
