//! Removing a product that nothing names.

use entity::{product_variants, products, sea_orm_active_enums::EventAggregate};
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::update::known;
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    catalog::{
        assortment::{Assortment, Hold},
        use_of::Uses,
    },
    edit::{self, EditableRow},
    events::{Event, EventKind},
};

/// Deletes a product with its variants.
#[derive(Clone, Debug, Serialize)]
pub struct Delete {
    /// The product.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Delete {
    /// The id of the product.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::DeleteProduct;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let assortment = Assortment::load(unit, &[self.id], Hold::All).await?;
        let product = known(&assortment, self.id, self.expected_version)?;
        let variants = product.variant_ids();
        let uses = Uses::read(unit, &variants).await?;
        variants.iter().try_for_each(|variant| uses.check(*variant))?;
        for variant in &product.variants {
            let was = edit::changes(None, &variant.row);
            unit.record(Self::OPERATION, product_variants::Model::TYPE, variant.row.id, was, Json::Null);
        }
        let was = edit::changes(None, &product.row);
        unit.record(Self::OPERATION, products::Model::TYPE, self.id, was, Json::Null);
        unit.emit(Event {
            kind: EventKind::ProductDeleted,
            aggregate_type: EventAggregate::Product,
            aggregate_id: self.id,
            aggregate_version: product.row.version.saturating_add(1),
            agent_id: None,
            execution_id: None,
            changes: Map::new(),
        });
        products::Entity::delete_by_id(self.id).exec(unit.txn().await?).await?;
        Ok(self.id)
    }
}
