//! Moving a product to another status.

use entity::sea_orm_active_enums::ProductStatus;
use serde::Serialize;
use uuid::Uuid;

use super::{set_status, update::known};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    catalog::assortment::{Assortment, Hold},
};

/// Moves a product to another status.
#[derive(Clone, Debug, Serialize)]
pub struct SetStatus {
    /// The product.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Where it goes.
    pub status: ProductStatus,
}

impl Verb for SetStatus {
    /// The product.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::SetProductStatus;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut assortment = Assortment::load(unit, &[self.id], Hold::All).await?;
        let mut product = known(&assortment, self.id, self.expected_version)?;
        set_status(&mut product, self.status)?;
        assortment.put(product);
        assortment.save(unit, Self::OPERATION).await?;
        Ok(self.id)
    }
}
