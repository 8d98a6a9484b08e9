//! Changing a product.

use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::{ProductChanges, check_options, create::check_handle, hold_names};
use crate::{
    Change, Error, Result, UnitOfWork, Verb,
    access::Operation,
    catalog::assortment::{Assortment, Hold, Product},
    edit,
    refusal::At,
};

/// Updates a product.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The product.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Its name in addresses, which no other product has.
    pub handle: Change<String>,
    /// What it is called.
    pub title: Change<String>,
    /// More about it.
    pub description: Change<Option<String>>,
    /// Who makes it.
    pub vendor: Change<Option<String>>,
    /// The collection it belongs to.
    pub collection: Change<Option<String>>,
    /// What sort of thing it is.
    pub category: Change<Option<String>>,
    /// Its tags, none with a comma.
    pub tags: Change<Vec<String>>,
    /// What sets its variants apart: other names for the same values.
    pub option_names: Change<Vec<String>>,
    /// What it costs the shop.
    pub cost: Change<Option<Decimal>>,
}

impl Verb for Update {
    /// The product.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateProduct;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let renames_options = matches!(self.option_names, Change::Set(_));
        if matches!(self.handle, Change::Set(_)) {
            hold_names(unit).await?;
        }
        // Names of options say which one is the size.
        let hold = if renames_options { Hold::All } else { Hold::Nothing };
        let mut assortment = Assortment::load(unit, &[self.id], hold).await?;
        let mut product = known(&assortment, self.id, self.expected_version)?;
        self.changes().apply(&mut product)?;
        if renames_options {
            check_options(&product)?;
        }
        if matches!(self.handle, Change::Set(_)) {
            check_handle(unit, &product.row.handle, self.id).await?;
        }
        assortment.put(product);
        assortment.save(unit, Self::OPERATION).await?;
        Ok(self.id)
    }
}

impl Update {
    fn changes(&self) -> ProductChanges {
        ProductChanges {
            handle: self.handle.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            vendor: self.vendor.clone(),
            collection: self.collection.clone(),
            category: self.category.clone(),
            tags: self.tags.clone(),
            option_names: self.option_names.clone(),
            cost: self.cost.clone(),
        }
    }
}

/// The product of a call; refuses one that was changed since the caller read it.
pub(super) fn known(assortment: &Assortment, id: Uuid, expected: Option<i32>) -> Result<Product> {
    let product = assortment.product(id).ok_or(Error::NotFound("product", id)).at(["id"])?;
    edit::check_version(expected, product.row.version)?;
    Ok(product.clone())
}
