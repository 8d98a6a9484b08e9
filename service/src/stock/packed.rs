//! Pieces that parcels which have not shipped yet take along.

use std::collections::HashMap;

use entity::sea_orm_active_enums::ParcelStatus;
use uuid::Uuid;

use super::reservation::Reservation;
use crate::{Result, UnitOfWork};

/// How many pieces of order items are in such parcels, by item and by the stock row that they leave from.
#[derive(Debug)]
pub(super) struct Packed(HashMap<(Uuid, Uuid), i64>);

impl Packed {
    /// Reads what is packed of items whose order is locked.
    pub(super) async fn read(unit: &UnitOfWork, items: &[Uuid]) -> Result<Self> {
        let mut sql = unit.sql();
        sql.push("SELECT i.id, s.id AS inventory_id, SUM(l.quantity) AS packed FROM fulfillment_lines AS l ");
        sql.push("JOIN fulfillments AS f ON f.id = l.fulfillment_id JOIN order_items AS i ON i.id = l.order_item_id ");
        sql.push("JOIN inventory AS s ON s.product_variant_id = i.product_variant_id AND s.location = f.location ");
        sql.push("WHERE l.order_item_id").is_any(items);
        sql.push(" AND f.status = ").literal(&ParcelStatus::Preparing).push(" GROUP BY i.id, s.id");
        let mut packed = HashMap::new();
        for row in unit.rows(sql).await? {
            packed.insert((row.try_get_by("id")?, row.try_get_by("inventory_id")?), row.try_get_by("packed")?);
        }
        Ok(Self(packed))
    }

    /// How many pieces of each of these rows are in no parcel.
    pub(super) fn spare(mut self, rows: &[Reservation]) -> Vec<i32> {
        let mut spare = Vec::with_capacity(rows.len());
        for row in rows {
            let mut quantity = row.quantity;
            if let Some(key) = row.order_item_id.zip(row.inventory_id)
                && let Some(packed) = self.0.get_mut(&key)
            {
                let here = (*packed).min(quantity.into());
                *packed -= here;
                quantity -= i32::try_from(here).unwrap_or(quantity);
            }
            spare.push(quantity);
        }
        spare
    }
}
