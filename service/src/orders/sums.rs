//! What the payments and the items of an order come to.

use std::collections::HashMap;

use entity::{payments, sea_orm_active_enums::PaymentStatus};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use uuid::Uuid;

use super::state::{Money, Pieces};
use crate::{
    Result, UnitOfWork,
    database::{Sql, row::enum_or_null},
};

/// The columns of a payment that [`add`] reads.
const PAYMENT: &str = "p.status, p.authorized_amount, p.captured_amount, p.refunded_amount, p.charged_back_amount, \
                       p.pending_refund_amount";

/// The sums of an order's items, as [`read_pieces`] reads them.
const PIECES: &str = "COALESCE(SUM(quantity - cancelled_quantity), 0) AS ordered, \
                      COALESCE(SUM(fulfilled_quantity), 0) AS fulfilled, \
                      COALESCE(SUM(returned_quantity), 0) AS returned";

/// Reads both in one statement. The order is locked.
pub(super) async fn read(unit: &UnitOfWork, order_id: Uuid) -> Result<(Money, Pieces)> {
    let mut sql = unit.sql();
    sql.push("SELECT i.ordered, i.fulfilled, i.returned, ").push(PAYMENT);
    sql.push(" FROM (SELECT ").push(PIECES).push(" FROM order_items WHERE order_id = ").bind(order_id);
    sql.push(") AS i LEFT JOIN payments AS p ON p.order_id = ").bind(order_id);
    let (mut money, mut pieces) = (Money::default(), Pieces::default());
    for row in unit.rows(sql).await? {
        pieces = read_pieces(&row)?;
        add(&mut money, &row)?;
    }
    Ok((money, pieces))
}

/// What the items of each order come to. The orders are locked.
pub(crate) async fn pieces(unit: &UnitOfWork, orders: &[Uuid]) -> Result<HashMap<Uuid, Pieces>> {
    let mut sql = unit.sql();
    sql.push("SELECT order_id, ").push(PIECES);
    sql.push(" FROM order_items WHERE order_id").is_any(orders).push(" GROUP BY order_id");
    unit.rows(sql).await?.iter().map(|row| Ok((row.try_get_by("order_id")?, read_pieces(row)?))).collect()
}

fn read_pieces(row: &QueryResult) -> Result<Pieces> {
    Ok(Pieces {
        ordered: row.try_get_by("ordered")?,
        fulfilled: row.try_get_by("fulfilled")?,
        returned: row.try_get_by("returned")?,
    })
}

/// What payments come to.
pub(crate) fn money<'a>(payments: impl Iterator<Item = &'a payments::Model>) -> Money {
    payments.map(Amounts::of).fold(Money::default(), Amounts::added)
}

/// Writes the statement whose rows [`add`] reads: the payments of orders, each with its `order_id`.
pub(super) fn write_payments(sql: &mut Sql, orders: &[Uuid]) {
    sql.push("SELECT p.order_id, ").push(PAYMENT).push(" FROM payments AS p WHERE p.order_id").is_any(orders);
}

/// Adds a payment, if the row has one.
pub(super) fn add(money: &mut Money, row: &QueryResult) -> Result<()> {
    let Some(status) = enum_or_null::<PaymentStatus>(row, "status")? else { return Ok(()) };
    let amounts = Amounts {
        status,
        authorized: row.try_get_by("authorized_amount")?,
        captured: row.try_get_by("captured_amount")?,
        refunded: row.try_get_by("refunded_amount")?,
        charged_back: row.try_get_by("charged_back_amount")?,
        pending_refund: row.try_get_by("pending_refund_amount")?,
    };
    *money = Amounts::added(*money, amounts);
    Ok(())
}

/// What counts of a payment.
struct Amounts {
    status: PaymentStatus,
    authorized: Decimal,
    captured: Decimal,
    refunded: Decimal,
    charged_back: Decimal,
    pending_refund: Decimal,
}

impl Amounts {
    fn of(payment: &payments::Model) -> Self {
        Self {
            status: payment.status,
            authorized: payment.authorized_amount,
            captured: payment.captured_amount,
            refunded: payment.refunded_amount,
            charged_back: payment.charged_back_amount,
            pending_refund: payment.pending_refund_amount,
        }
    }

    fn added(mut money: Money, payment: Self) -> Money {
        money.has_payments = true;
        money.has_unvoided |= payment.status != PaymentStatus::Voided;
        if !matches!(payment.status, PaymentStatus::Voided | PaymentStatus::Failed) {
            money.authorized += (payment.authorized - payment.captured).max(Decimal::ZERO);
        }
        money.captured += payment.captured;
        money.refunded += payment.refunded + payment.charged_back;
        money.pending_refund += payment.pending_refund;
        money
    }
}
