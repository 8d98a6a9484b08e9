//! Writing an order of a file. What it says of money is a total: what is known of it already is left out.

use entity::orders;
use rust_decimal::Decimal;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{
    Column,
    parse::{PROVIDER, Parsed},
};
use crate::{
    Error, Result, UnitOfWork,
    authority::{self, Limit},
    import::{Refusal, file::Row, run::Run},
    orders::external::{self, ExternalOrder, ExternalRefund, Upserted, Written},
    payments::books,
    principal::Role,
    refusal::{self, At},
    settings,
};

/// Takes an order.
pub(super) async fn take(run: &mut Run<'_>, rows: &[Row<Column>], parsed: &Parsed) -> Result<()> {
    let written = run.perform(async |unit| write(unit, parsed).await).await;
    match written {
        Ok(Written::Created) => run.report.orders.created += 1,
        Ok(Written::Updated) => run.report.orders.updated += 1,
        Ok(Written::Unchanged) => run.report.orders.unchanged += 1,
        Ok(Written::Stale) => run.report.noted.stale += 1,
        Err(error) => {
            let refused = error.refused_by_rule().into_refusal()?;
            run.report.orders.refused += 1;
            run.refuse(of_rule(rows, &refused));
        }
    }
    Ok(())
}

async fn write(unit: &mut UnitOfWork, parsed: &Parsed) -> Result<Written> {
    let mut order = parsed.order.clone();
    let key = order.shopify_id.as_ref().unwrap_or(&order.number).clone();
    // As whoever writes the order does: nobody else adds to it before the end of the unit.
    external::hold(unit, &order).await?;
    let known = known_refunds(unit, &order).await?;
    forget_reference(unit, &mut order).await?;
    let missing = parsed.refunded - known;
    if missing > Decimal::ZERO {
        order.refunds.push(ExternalRefund {
            // The id has the total: a later file with a larger total has another refund.
            id: format!("import:{key}:{}", parsed.refunded.normalize()),
            amount: missing,
            is_pending: false,
            lines: Vec::new(),
            shipping_amount: Decimal::ZERO,
            shipping_tax_amount: Decimal::ZERO,
            reason: None,
            at: parsed.last,
        });
    }
    let written = Box::pin(external::upsert(unit, &order)).await?;
    check_authority(unit, written, missing).await?;
    Ok(written.change)
}

/// Refuses an agent what it could not do with single calls either: an order with prices of its own for more than its
/// limit, or a refund above it.
async fn check_authority(unit: &UnitOfWork, written: Upserted, refunded: Decimal) -> Result<()> {
    let changes = matches!(written.change, Written::Created | Written::Updated);
    if unit.principal().role != Role::Agent || !changes {
        return Ok(());
    }
    let order: Option<orders::Model> = orders::Entity::find_by_id(written.order).one(unit.txn().await?).await?;
    let order = order.ok_or(Error::NotFound("order", written.order))?;
    let settings = settings::load(unit).await?;
    let subject = ("Order", order.id);
    let amount = order.report_amount;
    authority::check(unit, None, Limit::OrderAmount, amount, None, subject).await.at(["totalAmount"])?;
    let refund = books::in_report_currency(&settings, &order, refunded.max(Decimal::ZERO));
    authority::check(unit, None, Limit::Refund, refund, None, subject).await.at(["refunds"])
}

/// What is known to have gone back of the order, which is found by its id, else by its number. It is locked.
async fn known_refunds(unit: &UnitOfWork, order: &ExternalOrder) -> Result<Decimal> {
    let mut sql = unit.sql();
    sql.push("SELECT shopify_order_id, refunded_amount FROM orders WHERE order_number = ").bind(order.number.as_str());
    if let Some(id) = &order.shopify_id {
        sql.push(" OR shopify_order_id = ").bind(id.as_str());
    }
    sql.push(" ORDER BY id").for_update();
    let mut known = Decimal::ZERO;
    for row in unit.rows(sql).await? {
        let refunded = row.try_get_by("refunded_amount")?;
        let id: Option<String> = row.try_get_by("shopify_order_id")?;
        if id.is_some() && id == order.shopify_id {
            return Ok(refunded);
        }
        known = refunded;
    }
    Ok(known)
}

/// Leaves out a reference by which the payment of another order is known.
async fn forget_reference(unit: &UnitOfWork, order: &mut ExternalOrder) -> Result<()> {
    let Some(payment) = &mut order.payment else { return Ok(()) };
    let Some(reference) = &payment.reference else { return Ok(()) };
    let mut sql = unit.sql();
    sql.push("SELECT p.id FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE p.provider = ");
    sql.bind(PROVIDER).push(" AND p.provider_reference = ").bind(reference.as_str());
    sql.push(" AND o.order_number <> ").bind(order.number.as_str());
    let others: Vec<Uuid> = unit.ids(sql).await?;
    if !others.is_empty() {
        payment.reference = None;
    }
    Ok(())
}

/// A refusal of what an order must be, at its row and column.
fn of_rule(rows: &[Row<Column>], refused: &refusal::Refusal) -> Option<Refusal> {
    let path: Vec<&str> = refused.path.iter().map(String::as_str).collect();
    let (row, column): (usize, Column) = match path.as_slice() {
        ["lines", place, field, ..] => (place.parse().unwrap_or_default(), of_line(field)),
        [field, ..] => (0, of_order(field)),
        [] => (0, Column::Name),
    };
    Some(rows.get(row)?.refuse(column, refused.message.clone()))
}

fn of_line(field: &str) -> Column {
    match field {
        "price" => Column::LinePrice,
        "discountAmount" => Column::LineDiscount,
        "title" => Column::LineName,
        "sku" => Column::LineSku,
        "cancelledQuantity" | "fulfilledQuantity" | "returnedQuantity" => Column::LineStatus,
        _ => Column::LineQuantity,
    }
}

fn of_order(field: &str) -> Column {
    match field {
        "shopifyId" => Column::Id,
        "currency" | "exchangeRate" => Column::Currency,
        "email" => Column::Email,
        "note" => Column::Notes,
        "tags" => Column::Tags,
        "shippingMethod" => Column::ShippingMethod,
        "subtotalAmount" => Column::Subtotal,
        "shippingAmount" => Column::Shipping,
        "taxAmount" | "shippingTaxAmount" => Column::Taxes,
        "totalAmount" | "payment" => Column::Total,
        "refunds" => Column::RefundedAmount,
        "placedAt" => Column::CreatedAt,
        "shippingAddress" => Column::ShippingName,
        "billingAddress" => Column::BillingName,
        _ => Column::Name,
    }
}
