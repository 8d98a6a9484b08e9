//! The totals of a customer's orders, in the shop's currency. An order counts unless it is a draft, was cancelled or
//! voided, or refunded in full.
//!
//! A customer's version does not move by it: an order would else be in the way of whoever edits the customer.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{FinancialStatus, OrderStatus};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{Result, UnitOfWork, database::Sql, settings::Settings};

/// Works a customer's totals out anew, VIP status included, by what this unit and others have written.
pub(crate) async fn follow(unit: &UnitOfWork, settings: &Settings, customer_id: Uuid) -> Result<()> {
    // A sum of a statement that waited for the row would lack the orders of whoever held it.
    let mut sql = unit.sql();
    sql.push("SELECT id FROM customers WHERE id = ").bind(customer_id).for_update();
    unit.rows(sql).await?;
    unit.write(|sql| {
        sql.push("UPDATE customers SET orders_count = o.number, total_spent = o.spent, ");
        sql.push("average_order_value = CASE WHEN o.number > 0 THEN ROUND(o.spent / o.number, 2) END, ");
        sql.push("last_order_date = o.latest, vip_status = o.spent > CAST(").bind(settings.vip_threshold);
        sql.push(" AS decimal) FROM (SELECT COUNT(*) AS number, COALESCE(ROUND(SUM(report_amount), 2), 0) AS spent, ");
        sql.push("MAX(COALESCE(placed_at, created_at)) AS latest FROM orders WHERE customer_id = ").bind(customer_id);
        sql.push(" AND status NOT").is_one_of(&[OrderStatus::Draft, OrderStatus::Cancelled]);
        sql.push(" AND financial_status NOT").is_one_of(&[FinancialStatus::Refunded, FinancialStatus::Voided]);
        sql.push(") AS o WHERE customers.id = ").bind(customer_id);
    });
    Ok(())
}

/// Adds a new order to a customer's totals. It waits for nothing but other orders of the customer, and nothing is told
/// of it: it may be written together with the events of the order.
pub(crate) async fn add(
    unit: &UnitOfWork,
    settings: &Settings,
    customer_id: Uuid,
    amount: Decimal,
    placed_at: DateTime<Utc>,
) -> Result<()> {
    if is_written_again(unit, customer_id) {
        unit.write_now().await?;
    }
    unit.write(|sql| {
        sql.push("UPDATE customers SET orders_count = orders_count + 1, total_spent = ");
        spent(sql, amount).push(", average_order_value = ROUND(");
        spent(sql, amount).push(" / (orders_count + 1), 2), vip_status = ");
        spent(sql, amount).push(" > CAST(").bind(settings.vip_threshold).push(" AS decimal), last_order_date = CASE ");
        sql.push("WHEN last_order_date > ").bind(placed_at).push(" THEN last_order_date ELSE ").bind(placed_at);
        sql.push(" END WHERE id = ").bind(customer_id);
    });
    Ok(())
}

/// The customers that a unit has written.
#[derive(Default)]
struct Written(BTreeSet<Uuid>);

/// Notes that a customer is written; whether that was so before. Writes that go to the database together do not see each
/// other: those of before must be there first.
pub(super) fn is_written_again(unit: &UnitOfWork, customer_id: Uuid) -> bool {
    unit.memory().of_default(|written: &mut Written| !written.0.insert(customer_id))
}

/// What the customer has spent then.
fn spent(sql: &mut Sql, amount: Decimal) -> &mut Sql {
    sql.push("ROUND(total_spent + ").bind(amount).push(", 2)")
}
