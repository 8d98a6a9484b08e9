//! The rows of refunds and of the pieces that they are for.

use entity::{refund_lines, refunds, sea_orm_active_enums::EventAggregate};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork,
    database::{Column, columns},
    edit,
    events::{Event, EventKind},
    payments::account::Account,
    refusal::At,
};

/// The columns of a refund; the first is its key.
fn refund_columns() -> Vec<Column<refunds::Model>> {
    columns!(refunds::Model:
        id,
        order_id,
        return_id,
        amount,
        shipping_amount,
        shipping_tax_amount,
        adjustment_amount,
        currency,
        reason,
        status,
        source,
        agent_id,
        external_id,
        version,
        created_at,
        updated_at,
    )
    .into()
}

fn line_columns() -> Vec<Column<refund_lines::Model>> {
    columns!(refund_lines::Model:
        refund_id,
        order_item_id,
        quantity,
        amount,
        tax_amount,
        restocked_quantity,
        created_at,
    )
    .into()
}

/// Adds a refund with its pieces, and tells of it.
pub(super) fn insert(unit: &mut UnitOfWork, refund: &refunds::Model, lines: &[refund_lines::Model]) {
    unit.write(|sql| {
        sql.insert("refunds", &refund_columns(), &[], [refund]);
    });
    insert_lines(unit, lines);
    tell(unit, None, refund, EventKind::RefundRequested);
}

/// Adds pieces to a refund.
pub(super) fn insert_lines(unit: &UnitOfWork, lines: &[refund_lines::Model]) {
    if !lines.is_empty() {
        unit.write(|sql| {
            sql.insert("refund_lines", &line_columns(), &[], lines);
        });
    }
}

/// Writes a changed refund that is locked, and tells of it.
pub(super) fn update(unit: &mut UnitOfWork, before: &refunds::Model, mut after: refunds::Model, kind: EventKind) {
    after.version += 1;
    after.updated_at = unit.now().into();
    unit.write(|sql| {
        sql.update("refunds", &refund_columns(), &[], [&after]);
    });
    tell(unit, Some(before), &after, kind);
}

/// Keeps what its provider calls a refund that is locked.
pub(super) fn set_external_id(unit: &UnitOfWork, refund: Uuid, id: &str) {
    let now = unit.now();
    unit.write(|sql| {
        sql.push("UPDATE refunds SET external_id = ").bind(id).push(", version = version + 1, updated_at = ").bind(now);
        sql.push(" WHERE id = ").bind(refund);
    });
}

/// Its events are those of its order.
fn tell(unit: &mut UnitOfWork, before: Option<&refunds::Model>, refund: &refunds::Model, kind: EventKind) {
    let mut changes = edit::changes(before, refund);
    changes.insert("refundId".to_owned(), refund.id.to_string().into());
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Order,
        aggregate_id: refund.order_id,
        aggregate_version: 0,
        agent_id: refund.agent_id,
        execution_id: None,
        changes,
    });
}

/// Locks a refund for a change, and before it its order with the payments; refuses one that was changed since the
/// caller read it. The path of a refund that is not there is `id`.
pub(super) async fn lock_for_change(
    unit: &UnitOfWork,
    id: Uuid,
    expected: Option<i32>,
) -> Result<(Account, refunds::Model)> {
    let account = Account::lock(unit, order_of(unit, id).await?).await?;
    let refund = lock(unit, [id]).await?.into_iter().next();
    let refund = refund.ok_or(Error::NotFound("refund", id)).at(["id"])?;
    edit::check_version(expected, refund.version)?;
    Ok((account, refund))
}

/// The order of a refund, which never changes.
async fn order_of(unit: &UnitOfWork, refund: Uuid) -> Result<Uuid> {
    let mut sql = unit.sql();
    sql.push("SELECT order_id AS id FROM refunds WHERE id = ").bind(refund);
    let found: Vec<Uuid> = unit.ids(sql).await?;
    found.first().copied().ok_or(Error::NotFound("refund", refund)).at(["id"])
}

/// Locks refunds of an order that is locked.
pub(super) async fn lock(unit: &UnitOfWork, ids: impl IntoIterator<Item = Uuid>) -> Result<Vec<refunds::Model>> {
    let found = refunds::Entity::find().filter(refunds::Column::Id.is_in(ids)).order_by_asc(refunds::Column::Id);
    Ok(found.lock(LockType::NoKeyUpdate).all(unit.txn().await?).await?)
}

/// The pieces that refunds are for.
pub(super) async fn lines(
    unit: &UnitOfWork,
    refunds: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<refund_lines::Model>> {
    let found = refund_lines::Entity::find().filter(refund_lines::Column::RefundId.is_in(refunds));
    Ok(found.all(unit.txn().await?).await?)
}
