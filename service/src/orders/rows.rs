//! The rows of orders and their items, read and written whole.

use entity::{order_items, orders};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork,
    database::{Column, columns},
};

/// What an order is called in a sentence.
pub(super) const NOUN: &str = "order";

/// Reads an order that this unit has locked or made.
pub(crate) async fn read(unit: &UnitOfWork, id: Uuid) -> Result<orders::Model> {
    let found = orders::Entity::find_by_id(id).one(unit.txn().await?).await?;
    found.ok_or(Error::NotFound(NOUN, id))
}

/// The items of an order, in their order.
pub(crate) async fn items(unit: &UnitOfWork, order_id: Uuid) -> Result<Vec<order_items::Model>> {
    use order_items::Column::{CreatedAt, Id, OrderId, Position};
    let found = order_items::Entity::find().filter(OrderId.eq(order_id));
    let found = found.order_by_asc(Position).order_by_asc(CreatedAt).order_by_asc(Id);
    Ok(found.all(unit.txn().await?).await?)
}

/// The columns of an order; the first is its key.
pub(super) fn order_columns() -> Vec<Column<orders::Model>> {
    columns!(orders::Model:
        id,
        shopify_order_id,
        order_number,
        customer_id,
        status,
        subtotal_amount,
        discount_amount,
        tax_amount,
        shipping_amount,
        total_amount,
        currency,
        fulfillment_status,
        financial_status,
        version,
        created_at,
        updated_at,
        source,
        placed_by_agent_id,
        email,
        shipping_address,
        billing_address,
        note,
        tags,
        shipping_method,
        discount_codes,
        tax_included,
        included_tax_amount,
        shipping_tax_amount,
        captured_amount,
        refunded_amount,
        exchange_rate_e10,
        report_amount,
        hold_expires_at,
        valid_until,
        placed_at,
        confirmed_at,
        completed_at,
        cancelled_at,
        cancel_reason,
        source_updated_at,
    )
    .into()
}

/// The columns of an item; the first is its key.
fn item_columns() -> Vec<Column<order_items::Model>> {
    columns!(order_items::Model:
        id,
        order_id,
        product_variant_id,
        sku,
        title,
        quantity,
        price,
        discount_amount,
        tax_amount,
        total_amount,
        version,
        created_at,
        updated_at,
        position,
        list_price,
        tax_percentage,
        included_tax_amount,
        fulfilled_quantity,
        cancelled_quantity,
        returned_quantity,
        refunded_quantity,
        shopify_line_item_id,
    )
    .into()
}

/// Adds an order and its items.
pub(super) fn insert(unit: &UnitOfWork, order: &orders::Model, items: &[order_items::Model]) {
    unit.insert("orders", &order_columns(), &[], [order]);
    insert_items(unit, items);
}

/// Adds items of an order.
pub(super) fn insert_items(unit: &UnitOfWork, items: &[order_items::Model]) {
    if !items.is_empty() {
        unit.insert("order_items", &item_columns(), &[], items);
    }
}

/// Writes an order that changed.
pub(super) fn update(unit: &UnitOfWork, order: &orders::Model) {
    unit.update("orders", &order_columns(), &[], [order]);
}

/// Writes items that changed.
pub(super) fn update_items(unit: &UnitOfWork, items: &[order_items::Model]) {
    if !items.is_empty() {
        unit.update("order_items", &item_columns(), &[], items);
    }
}

/// Removes items of an order.
pub(super) fn remove_items(unit: &UnitOfWork, ids: &[Uuid]) {
    if !ids.is_empty() {
        unit.write(|sql| {
            sql.push("DELETE FROM order_items WHERE id").is_any(ids);
        });
    }
}
