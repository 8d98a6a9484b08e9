//! What was refunded of an order before.

use std::collections::HashMap;

use entity::{refunds, sea_orm_active_enums::RefundStatus};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::rows;
use crate::{Result, UnitOfWork};

/// What was refunded of an order, or is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Of each item, what its pieces came to.
    pub(super) items: HashMap<Uuid, Refunded>,
    /// Of shipping.
    pub(super) shipping: Decimal,
    /// Of the tax on shipping.
    pub(super) shipping_tax: Decimal,
}

/// What was refunded of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Refunded {
    /// How much.
    pub(super) amount: Decimal,
    /// The tax in it.
    pub(super) tax: Decimal,
    /// How many pieces.
    pub(super) pieces: i32,
    /// How many of them came back into stock by it.
    pub(super) restocked: i32,
    /// How many pieces came back into stock by refunds that failed or were withdrawn.
    pub(super) unrefunded: i32,
}

/// Whether the pieces of a refund count as refunded.
pub(super) fn counts(status: RefundStatus) -> bool {
    matches!(status, RefundStatus::Pending | RefundStatus::Succeeded)
}

/// Reads it. The order is locked.
pub(super) async fn read(unit: &UnitOfWork, order: Uuid) -> Result<History> {
    let found = refunds::Entity::find().filter(refunds::Column::OrderId.eq(order)).all(unit.txn().await?).await?;
    let mut history = History::default();
    if found.is_empty() {
        return Ok(history);
    }
    for refund in found.iter().filter(|refund| counts(refund.status)) {
        history.shipping += refund.shipping_amount;
        history.shipping_tax += refund.shipping_tax_amount;
    }
    for line in rows::lines(unit, found.iter().map(|refund| refund.id)).await? {
        let item = history.items.entry(line.order_item_id).or_default();
        if found.iter().any(|refund| refund.id == line.refund_id && counts(refund.status)) {
            item.amount += line.amount;
            item.tax += line.tax_amount;
            item.pieces = item.pieces.saturating_add(line.quantity);
            item.restocked = item.restocked.saturating_add(line.restocked_quantity);
        } else {
            item.unrefunded = item.unrefunded.saturating_add(line.restocked_quantity);
        }
    }
    Ok(history)
}
