//! Stock of each variant in both locations.

use std::collections::BTreeMap;

use entity::{
    inventory,
    sea_orm_active_enums::{OrderStatus, ProductStatus},
};
use uuid::Uuid;

use super::builder::{DAY, DemoBuilder, rng};

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut rng = rng("stock");
    let mut promised = promised(demo);
    for place in 0..demo.rows.product_variants.len() {
        let variant = demo.rows.product_variants[place].clone();
        let sold = demo
            .rows
            .products
            .iter()
            .any(|product| product.id == variant.product_id && product.status == ProductStatus::Active);
        let mut quantity = 0;
        for (location, low, high, reorder_point) in [("main", 2, 18, 4), ("Printful", 20, 60, 10)] {
            let available = if sold { i32::try_from(rng.between(low, high)).unwrap_or_default() } else { 0 };
            quantity += available;
            let counted = demo.ago(rng.between(DAY, 30 * DAY));
            // The smaller sizes wait at home, the largest is printed on demand.
            let holds = (variant.size.as_deref() == Some("53x72")) == (location == "Printful");
            let row = inventory::Model {
                id: demo.id("inventory", variant.created_at.to_utc()),
                product_variant_id: variant.id,
                location: location.to_owned(),
                quantity_available: available,
                quantity_reserved: if holds { promised.remove(&variant.id).unwrap_or(0) } else { 0 },
                quantity_incoming: if sold && available <= reorder_point { 12 } else { 0 },
                reorder_point: Some(reorder_point),
                reorder_quantity: Some(12),
                last_counted_at: Some(counted.into()),
                version: 1,
                created_at: variant.created_at,
                updated_at: counted.into(),
            };
            demo.rows.inventory.push(row);
        }
        demo.rows.product_variants[place].inventory_quantity = quantity;
    }
}

/// The pieces of open orders, by variant.
fn promised(demo: &DemoBuilder) -> BTreeMap<Uuid, i32> {
    let open: Vec<Uuid> = (demo.rows.orders.iter())
        .filter(|order| !matches!(order.status, OrderStatus::Completed | OrderStatus::Cancelled))
        .map(|order| order.id)
        .collect();
    let mut promised = BTreeMap::new();
    for item in demo.rows.order_items.iter().filter(|item| open.contains(&item.order_id)) {
        if let Some(variant) = item.product_variant_id {
            *promised.entry(variant).or_insert(0) += item.quantity;
        }
    }
    promised
}
