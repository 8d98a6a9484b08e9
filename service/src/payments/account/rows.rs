//! The rows of payments and entries.

use std::collections::HashMap;

use entity::{payment_entries, payments};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::Payment;
use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    payments::entry::{self, Entry},
};

/// The columns of a payment; the first is its key.
fn payment_columns() -> Vec<Column<payments::Model>> {
    columns!(payments::Model:
        id,
        order_id,
        provider,
        provider_reference,
        method,
        amount,
        currency,
        status,
        authorized_amount,
        captured_amount,
        refunded_amount,
        charged_back_amount,
        pending_capture_amount,
        pending_refund_amount,
        fee_amount,
        is_disputed,
        error_code,
        version,
        created_at,
        updated_at,
    )
    .into()
}

/// The orders of payments, which never change.
pub(super) async fn orders_of(unit: &UnitOfWork, payments: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT DISTINCT order_id AS id FROM payments WHERE id").is_any(payments);
    unit.ids(sql).await
}

/// Locks the payments of orders that are locked, and reads their entries.
pub(super) async fn read(unit: &UnitOfWork, orders: &[Uuid]) -> Result<Vec<Payment>> {
    let of_orders = payments::Column::OrderId.is_in(orders.iter().copied());
    let rows = payments::Entity::find().filter(of_orders).order_by_asc(payments::Column::Id);
    let rows = rows.lock(LockType::NoKeyUpdate).all(unit.txn().await?).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of = payment_entries::Column::PaymentId.is_in(rows.iter().map(|row| row.id));
    let found = payment_entries::Entity::find().filter(of).order_by_asc(payment_entries::Column::Id);
    let mut entries: HashMap<Uuid, Vec<Entry>> = HashMap::new();
    for row in found.all(unit.txn().await?).await? {
        entries.entry(row.payment_id).or_default().push(row.into());
    }
    let payment = |row: payments::Model| {
        let entries = entries.remove(&row.id).unwrap_or_default();
        Payment::stored(row, entries)
    };
    Ok(rows.into_iter().map(payment).collect())
}

/// Writes new and changed payments and their new entries, and tells of them. What the entries name is in the database, or
/// in the unit's batch.
pub(super) fn write(unit: &mut UnitOfWork, payments: &mut [Payment]) {
    let now = unit.now();
    for payment in payments.iter_mut() {
        for event in std::mem::take(&mut payment.events) {
            unit.emit(event);
        }
        if payment.stored.as_ref() == Some(&payment.row) {
            continue;
        }
        payment.row.updated_at = now.into();
        match payment.stored.is_some() {
            true => unit.update("payments", &payment_columns(), &[], [&payment.row]),
            false => unit.insert("payments", &payment_columns(), &[], [&payment.row]),
        }
        payment.stored = Some(payment.row.clone());
    }
    let entries: Vec<Entry> = payments.iter().flat_map(Payment::new_entries).cloned().collect();
    if !entries.is_empty() {
        let same = [("principal", unit.principal().name.as_str().into()), ("created_at", now.into())];
        unit.insert("payment_entries", &entry::columns(), &same, &entries);
    }
}
