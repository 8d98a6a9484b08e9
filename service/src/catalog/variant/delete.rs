//! Removing variants that nothing names.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
    catalog::{
        assortment::Assortment,
        use_of::{Uses, in_use},
    },
    edit,
    refusal::Located,
};

/// Deletes variants.
#[derive(Clone, Debug, Serialize)]
pub struct Delete {
    /// Which ones.
    pub items: Vec<DeletedVariant>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

/// A variant to delete.
#[derive(Clone, Debug, Serialize)]
pub struct DeletedVariant {
    /// The variant.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Delete {
    /// The ids of the variants.
    type Outcome = Vec<ItemResult<Uuid>>;
    const OPERATION: Operation = Operation::DeleteVariants;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let variants: Vec<Uuid> = self.items.iter().map(|item| item.id).collect();
        let mut assortment = Assortment::of_variants(unit, &variants).await?;
        let products = assortment.products_of_variants();
        let uses = Uses::read(unit, &variants).await?;
        let deleted = self.items.iter().map(|item| delete(item, &products, &mut assortment, &uses));
        let results = batch::collect(self.on_error, deleted)?;
        assortment.save(unit, Self::OPERATION).await?;
        Ok(results)
    }
}

fn delete(
    item: &DeletedVariant,
    products: &HashMap<Uuid, Uuid>,
    assortment: &mut Assortment,
    uses: &Uses,
) -> Result<Uuid> {
    let product = products.get(&item.id).and_then(|product| assortment.product_mut(*product));
    let product = product.and_then(|product| Some((product.place(item.id)?, product)));
    let (place, product) = product.ok_or_else(|| Error::NotFound("variant", item.id).located(["id"]))?;
    edit::check_version(item.expected_version, product.variants[place].row.version)?;
    uses.check(item.id)?;
    if product.variants.len() == 1 {
        return Err(
            in_use("Product", "a product needs at least one variant: delete or archive the product instead").into()
        );
    }
    product.remove_variant(place);
    Ok(item.id)
}
