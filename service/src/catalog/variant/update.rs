//! Changing variants.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use uuid::Uuid;

use super::{check_twins, input::VariantUpdate};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
    catalog::{
        assortment::{Assortment, Facts, Wanted},
        product::hold_names,
    },
    edit::{self, check},
    refusal::Located,
    value,
};

/// Updates variants.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// Which ones.
    pub items: Vec<VariantUpdate>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

impl Verb for Update {
    /// The variants.
    type Outcome = Vec<ItemResult<Uuid>>;
    const OPERATION: Operation = Operation::UpdateVariants;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let mut wanted = Wanted::default();
        for item in &self.items {
            item.changes().want_sku(&mut wanted);
        }
        if !wanted.skus.is_empty() {
            hold_names(unit).await?;
        }
        let variants: Vec<Uuid> = self.items.iter().map(|item| item.id).collect();
        let assortment = Assortment::of_variants(unit, &variants).await?;
        let products = assortment.products_of_variants();
        for item in &self.items {
            let product = products.get(&item.id).and_then(|product| assortment.product(*product));
            let variant = product.and_then(|product| product.variants.get(product.place(item.id)?));
            if let Some(variant) = variant {
                item.changes().want_stock(&variant.row, &mut wanted);
            }
        }
        let mut updates = Updates { assortment, products, named: HashSet::new() };
        let mut facts = Facts::read(unit, &wanted).await?;
        let updated = self.items.iter().map(|item| updates.update(item, &mut facts));
        let results = batch::collect(self.on_error, updated)?;
        updates.assortment.save(unit, Self::OPERATION).await?;
        Ok(results)
    }
}

/// Updates on their way.
struct Updates {
    assortment: Assortment,
    /// The product of each variant.
    products: HashMap<Uuid, Uuid>,
    /// The variants that were changed so far.
    named: HashSet<Uuid>,
}

impl Updates {
    fn update(&mut self, item: &VariantUpdate, facts: &mut Facts) -> Result<Uuid> {
        value::check(item)?;
        let product = self.products.get(&item.id).and_then(|product| self.assortment.product_mut(*product));
        let product = product.and_then(|product| Some((product.place(item.id)?, product)));
        let (place, product) = product.ok_or_else(|| Error::NotFound("variant", item.id).located(["id"]))?;
        if self.named.contains(&item.id) {
            return Err(check::invalid("id", "an earlier item has the same variant").into());
        }
        edit::check_version(item.expected_version, product.variants[place].row.version)?;
        product.change(place, |product| {
            item.changes().apply(product, place, facts)?;
            check_twins(product, place)
        })?;
        self.named.insert(item.id);
        facts.claim(&product.variants[place].row);
        Ok(item.id)
    }
}
