//! Writing what was changed: every row once, with its audit entry and, for each product, one event.

use entity::{product_variants, products, sea_orm_active_enums::EventAggregate};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{Assortment, Product, Variant};
use crate::{
    Result, UnitOfWork,
    access::Operation,
    catalog::{edition, rows::Rows},
    database::{Column, columns},
    events::{Event, EventKind},
};

/// What is to be written.
struct Changes {
    products: Rows<products::Model>,
    variants: Rows<product_variants::Model>,
}

impl Assortment {
    /// Writes what was changed. A product whose variants changed has another version, too: who watches it is told.
    pub(in crate::catalog) async fn save(self, unit: &mut UnitOfWork, operation: Operation) -> Result<()> {
        let mut changes = Changes { products: Rows::new(operation), variants: Rows::new(operation) };
        for product in self.products.into_values() {
            product.save(unit, &mut changes);
        }
        changes.products.write(unit, "products", &product_columns());
        changes.variants.write(unit, "product_variants", &variant_columns());
        // A SKU or handle that somebody else adds is waited for here, before the events have their places.
        unit.txn().await?;
        Ok(())
    }
}

impl Product {
    fn save(mut self, unit: &mut UnitOfWork, changes: &mut Changes) {
        if let Some(lowest) = self.variants.iter().map(|variant| variant.row.price).min() {
            self.row.base_price = lowest;
        }
        let mut variants = self.repriced;
        for variant in self.variants {
            variants.extend(variant.save(unit, changes));
        }
        for gone in &self.gone {
            changes.variants.remove(unit, gone);
            variants.push(gone.id);
        }
        let changed = changes.products.note(unit, self.before.as_ref(), &self.row);
        if changed.is_empty() && variants.is_empty() {
            return;
        }
        let kind = match &self.before {
            None => EventKind::ProductCreated,
            Some(before) if before.status != self.row.status => EventKind::ProductStatusChanged,
            Some(_) => EventKind::ProductUpdated,
        };
        let id = self.row.id;
        let version = changes.products.push(unit, self.before.is_none(), self.row);
        tell(unit, kind, id, version, changed, &variants);
    }
}

impl Variant {
    /// Its id, if it changed.
    fn save(self, unit: &mut UnitOfWork, changes: &mut Changes) -> Option<Uuid> {
        let id = self.row.id;
        edition::tell_resized(unit, self.before.as_ref(), &self.row);
        let changed = changes.variants.put(unit, self.before.as_ref(), self.row);
        (!changed.is_empty()).then_some(id)
    }
}

/// Tells what happened to a product, and which of its variants changed.
fn tell(
    unit: &mut UnitOfWork,
    kind: EventKind,
    id: Uuid,
    version: i32,
    mut changes: Map<String, Json>,
    variants: &[Uuid],
) {
    if !variants.is_empty() {
        changes.insert("variantIds".to_owned(), json!(variants));
    }
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Product,
        aggregate_id: id,
        aggregate_version: version,
        agent_id: None,
        execution_id: None,
        changes,
    });
}

/// What of a product is written.
fn product_columns() -> Vec<Column<products::Model>> {
    columns!(products::Model:
        id,
        shopify_id,
        handle,
        title,
        description,
        collection,
        category,
        tags,
        base_price,
        cost,
        currency,
        status,
        option_names,
        vendor,
        source_updated_at,
        source_deleted_at,
        version,
    )
    .into()
}

/// What of a variant is written: not what its stock says of it.
fn variant_columns() -> Vec<Column<product_variants::Model>> {
    columns!(product_variants::Model:
        id,
        product_id,
        shopify_variant_id,
        shopify_inventory_item_id,
        sku,
        title,
        size,
        frame_type,
        price,
        compare_at_price,
        is_available,
        option_values,
        stock_policy,
        edition_size,
        tax_class,
        version,
    )
    .into()
}
