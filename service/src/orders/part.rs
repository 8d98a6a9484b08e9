//! Rows that are a part of an order.

use entity::orders;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    edit::{self, EditableRow},
};

/// Locks the order that a row is a part of, and then the row; refuses one that was changed since the caller read it.
pub(super) async fn lock<R: EditableRow>(
    unit: &UnitOfWork,
    id: Uuid,
    expected: Option<i32>,
) -> Result<(orders::Model, R)> {
    let (order, _) = edit::find::<R>(unit, id).await?.aggregate();
    let order = super::lock(unit, order).await?;
    Ok((order, edit::lock(unit, id, expected).await?))
}
