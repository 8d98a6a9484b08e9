//! What went back to customers, or was to.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    orders, refund_lines, refunds,
    sea_orm_active_enums::{
        PaymentEntryKind::{RefundCancelled, RefundFailed, RefundRequested, RefundReversed, Refunded},
        RefundStatus,
    },
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{DemoAgent, builder::DemoBuilder, catalog::usd, parcels::change, payments::enter};
use crate::money::round;

/// For what money goes back.
enum Cause {
    /// For all that was ordered.
    Everything,
    /// For goodwill: a percentage of the order.
    Goodwill(i64),
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Paid,
    /// It came back from the bank.
    Reversed,
    Failed,
    Withdrawn,
    /// Not yet.
    Open,
}

/// The order's place, what for, how it ended, and why.
const REFUNDS: [(usize, Cause, End, &str); 8] = [
    (17, Cause::Goodwill(12), End::Paid, "One corner of a frame arrived dented"),
    (26, Cause::Everything, End::Paid, "Cancelled before it was printed"),
    (30, Cause::Goodwill(10), End::Reversed, "Late by a week; the card was closed meanwhile"),
    (35, Cause::Everything, End::Paid, "Too large for the wall"),
    (41, Cause::Goodwill(5), End::Failed, "Scratched crate"),
    (44, Cause::Goodwill(20), End::Paid, "The blue is darker than on the screen"),
    (47, Cause::Goodwill(10), End::Withdrawn, "Asked for twice"),
    (54, Cause::Goodwill(8), End::Open, "Hanging kit missing"),
];

pub(super) fn build(demo: &mut DemoBuilder) {
    for (place, cause, end, reason) in REFUNDS {
        let order = demo.rows.orders[place].clone();
        let paid = demo.rows.payments.iter().rev().find(|payment| payment.order_id == order.id);
        let Some(payment) = paid.cloned() else { continue };
        let asked = demo.by_now(order.updated_at.to_utc() + TimeDelta::hours(2));
        let answered = demo.by_now(asked + TimeDelta::hours(3));
        let reversed = demo.by_now(asked + TimeDelta::days(6));
        let id = demo.id("refunds", asked);
        let amount = match cause {
            Cause::Everything => order.total_amount,
            Cause::Goodwill(percentage) => round(order.total_amount * Decimal::new(percentage, 2), Decimal::ONE),
        };
        let is_all = matches!(cause, Cause::Everything);
        let last = match end {
            End::Open => asked,
            End::Reversed => reversed,
            End::Paid | End::Failed | End::Withdrawn => answered,
        };
        demo.rows.refunds.push(refunds::Model {
            id,
            order_id: order.id,
            return_id: demo.rows.returns.iter().find(|row| is_all && row.order_id == order.id).map(|row| row.id),
            amount,
            shipping_amount: if is_all { order.shipping_amount } else { usd(0) },
            shipping_tax_amount: usd(0),
            adjustment_amount: if is_all { usd(0) } else { amount },
            currency: order.currency.clone(),
            reason: Some(reason.to_owned()),
            status: match end {
                End::Paid => RefundStatus::Succeeded,
                End::Reversed | End::Failed => RefundStatus::Failed,
                End::Withdrawn => RefundStatus::Cancelled,
                End::Open => RefundStatus::Pending,
            },
            source: "api".to_owned(),
            agent_id: Some(demo.agent(DemoAgent::Support)),
            external_id: None,
            version: if end == End::Open { 1 } else { 2 + i32::from(end == End::Reversed) },
            created_at: asked.into(),
            updated_at: last.into(),
        });
        if is_all {
            lines(demo, id, &order, asked);
        }
        let request = enter(demo, &payment, RefundRequested, amount, asked, None);
        if let Some(entry) = demo.rows.payment_entries.last_mut() {
            entry.refund_id = Some(id);
        }
        let answer = match end {
            End::Paid | End::Reversed => Refunded,
            End::Failed => RefundFailed,
            End::Withdrawn => RefundCancelled,
            End::Open => continue,
        };
        let answer = enter(demo, &payment, answer, amount, answered, Some(request));
        if end == End::Reversed {
            enter(demo, &payment, RefundReversed, amount, reversed, Some(answer));
        }
    }
}

/// All lines of an order.
fn lines(demo: &mut DemoBuilder, refund: Uuid, order: &orders::Model, at: DateTime<Utc>) {
    let items: Vec<_> = demo.rows.order_items.iter().filter(|item| item.order_id == order.id).cloned().collect();
    for item in items {
        demo.rows.refund_lines.push(refund_lines::Model {
            refund_id: refund,
            order_item_id: item.id,
            quantity: item.quantity,
            amount: item.total_amount,
            tax_amount: item.tax_amount,
            restocked_quantity: 0,
            created_at: at.into(),
        });
        change(demo, &item, |item| item.refunded_quantity = item.quantity);
    }
}
