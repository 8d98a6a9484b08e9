//! The pieces of a return.

use entity::return_lines;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{Result, UnitOfWork, database::columns};

/// Reads the lines of a return whose order is locked.
pub(super) async fn read(unit: &UnitOfWork, return_id: Uuid) -> Result<Vec<return_lines::Model>> {
    let found = return_lines::Entity::find().filter(return_lines::Column::ReturnId.eq(return_id));
    Ok(found.all(unit.txn().await?).await?)
}

/// Adds lines.
pub(super) fn insert(unit: &UnitOfWork, lines: &[return_lines::Model]) {
    unit.write(|sql| {
        let columns = columns!(return_lines::Model: return_id, order_item_id, quantity, created_at, updated_at);
        sql.insert("return_lines", &columns, &[], lines);
    });
}

/// Writes what came back of lines of a return.
pub(super) fn update(unit: &UnitOfWork, lines: &[return_lines::Model]) {
    let [item, order_return] = columns!(return_lines::Model: order_item_id, return_id);
    let mut columns = vec![item, order_return.keyed()];
    columns.extend(columns!(return_lines::Model: received_quantity, restocked_quantity, location, updated_at));
    unit.update("return_lines", &columns, &[], lines);
}
