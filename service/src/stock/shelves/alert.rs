//! What is told when little is left, and what is left to be done about it.

use entity::inventory;
use serde_json::{Map, json};
use uuid::Uuid;

use super::{Level, Quantities};
use crate::{
    Result, UnitOfWork,
    events::EventKind,
    followup::{self, FollowUp},
};

/// Whether so few are free that more are to be ordered.
pub(in crate::stock) fn is_low(available: i32, reorder_point: Option<i32>) -> bool {
    reorder_point.is_some_and(|point| available <= point)
}

/// Names the task to order more for a stock row.
pub(in crate::stock) fn restocking_key(level: Uuid) -> String {
    format!("restock:{level}")
}

impl Level {
    /// A row as the database has it.
    pub(in crate::stock) fn of(row: &inventory::Model) -> Self {
        let now = Quantities {
            available: row.quantity_available,
            reserved: row.quantity_reserved,
            incoming: row.quantity_incoming,
        };
        Self {
            id: row.id,
            variant_id: row.product_variant_id,
            location: row.location.clone(),
            now,
            before: now,
            reorder_point: row.reorder_point,
            reorder_quantity: row.reorder_quantity,
            counted_at: None,
            version: row.version,
            is_new: false,
        }
    }

    /// Tells that a row has fallen to its reorder point or to nothing, and has somebody order more; once it has risen
    /// again, nobody needs to.
    pub(super) async fn alert(&self, unit: &mut UnitOfWork, sku: Option<&str>) -> Result<()> {
        self.restock(unit, sku, is_low(self.before.available, self.reorder_point)).await?;
        if self.before.available > 0 && self.now.available == 0 {
            unit.emit(self.event(EventKind::StockOut, Map::new()));
        }
        Ok(())
    }

    /// Has somebody order more where little is left that was not little before. The other way round nobody needs to any
    /// more; who is at it already goes on.
    pub(in crate::stock) async fn restock(
        &self,
        unit: &mut UnitOfWork,
        sku: Option<&str>,
        was_low: bool,
    ) -> Result<()> {
        match (was_low, is_low(self.now.available, self.reorder_point)) {
            (false, true) => {
                let point = Map::from_iter([("reorderPoint".to_owned(), json!(self.reorder_point))]);
                unit.emit(self.event(EventKind::StockLow, point));
                followup::create(unit, self.restocking(sku)).await?;
            }
            (true, false) => {
                followup::withdraw(unit, &restocking_key(self.id)).await?;
            }
            _ => {}
        }
        Ok(())
    }

    fn restocking(&self, sku: Option<&str>) -> FollowUp {
        let name = sku.map_or_else(|| self.variant_id.to_string(), str::to_owned);
        FollowUp {
            task_type: "restock_variant",
            name: format!("Restock {name} at {}", self.location),
            payload: json!({
                "inventoryLevelId": self.id,
                "variantId": self.variant_id,
                "sku": sku,
                "location": self.location,
                "quantityAvailable": self.now.available,
                "reorderPoint": self.reorder_point,
                "reorderQuantity": self.reorder_quantity,
            }),
            effect_key: restocking_key(self.id),
            agent_hint: None,
        }
    }
}
