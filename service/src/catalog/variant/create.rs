//! Adding variants to products.

use serde::Serialize;
use uuid::Uuid;

use super::{check_twins, input::AddedVariant};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
    catalog::{
        assortment::{Assortment, Facts, Hold, Wanted},
        product::hold_names,
    },
    refusal::{At, Located},
    value,
};

/// Creates variants.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// Which ones.
    pub items: Vec<AddedVariant>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

impl Verb for Create {
    /// The variants.
    type Outcome = Vec<ItemResult<Uuid>>;
    const OPERATION: Operation = Operation::CreateVariants;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        hold_names(unit).await?;
        let products: Vec<Uuid> = self.items.iter().map(|item| item.product_id).collect();
        let mut assortment = Assortment::load(unit, &products, Hold::Nothing).await?;
        let mut wanted = Wanted::default();
        for item in &self.items {
            item.changes().want_sku(&mut wanted);
        }
        let mut facts = Facts::read(unit, &wanted).await?;
        let created = self.items.iter().map(|item| create(unit, item, &mut assortment, &mut facts));
        let results = batch::collect(self.on_error, created)?;
        assortment.save(unit, Self::OPERATION).await?;
        Ok(results)
    }
}

fn create(unit: &UnitOfWork, item: &AddedVariant, assortment: &mut Assortment, facts: &mut Facts) -> Result<Uuid> {
    value::check(item)?;
    let product = assortment.product_mut(item.product_id);
    let product = product.ok_or_else(|| Error::NotFound("product", item.product_id).located(["productId"]))?;
    product.check_room().at(["productId"])?;
    let place = product.add_variant(unit);
    let added = item.changes().apply(product, place, facts).and_then(|()| check_twins(product, place));
    if let Err(refusal) = added {
        product.variants.truncate(place);
        return Err(refusal.into());
    }
    let row = &product.variants[place].row;
    facts.claim(row);
    Ok(row.id)
}
