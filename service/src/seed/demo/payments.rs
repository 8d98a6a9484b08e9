//! Payments of orders, and their ledger.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    orders, payment_entries, payments,
    sea_orm_active_enums::{
        FinancialStatus::{self, PartiallyPaid, Voided},
        OrderStatus::Draft,
        PaymentEntryKind::{
            self, Authorized, CaptureFailed, CaptureRequested, Captured, ChargebackReversed, ChargedBack, Failed, Fee,
        },
        PaymentStatus,
    },
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    builder::{DemoBuilder, rng},
    catalog::usd,
    refunds,
};
use crate::payments::{
    entry::Entry,
    ledger::{Sums, status_after},
};

/// An order whose first card was refused, one whose money came at the second request only, and one whose money the bank
/// took back for a while.
const REFUSED: usize = 22;
const SECOND_REQUEST: usize = 24;
const DISPUTED: usize = 33;
const TRANSFER: &str = "bank_transfer";

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut rng = rng("payments");
    for place in 0..demo.rows.orders.len() {
        let order = demo.rows.orders[place].clone();
        if order.status == Draft {
            continue;
        }
        let method = if order.subtotal_amount > usd(3_000) { TRANSFER } else { rng.pick(&["card", "card", "paypal"]) };
        let mut begun = order.created_at.to_utc();
        if place == REFUSED {
            let payment = open(demo, &order, method, begun);
            enter(demo, &payment, Failed, Decimal::ZERO, begun, None);
            begun += TimeDelta::minutes(2);
        }
        let payment = open(demo, &order, method, begun);
        pay(demo, place, &order, &payment, begun);
    }
    refunds::build(demo);
    total(demo);
}

fn open(demo: &mut DemoBuilder, order: &orders::Model, method: &str, at: DateTime<Utc>) -> payments::Model {
    let id = demo.id("payments", at);
    let provider = if method == TRANSFER { TRANSFER } else { "stripe" };
    let attempt = demo.rows.payments.iter().filter(|payment| payment.order_id == order.id).count() + 1;
    let payment = payments::Model {
        id,
        order_id: order.id,
        provider: provider.to_owned(),
        provider_reference: (provider != TRANSFER).then(|| format!("pi_demo_{}_{attempt}", order.order_number)),
        method: Some(method.to_owned()),
        amount: order.total_amount,
        currency: order.currency.clone(),
        status: PaymentStatus::Pending,
        authorized_amount: usd(0),
        captured_amount: usd(0),
        refunded_amount: usd(0),
        charged_back_amount: usd(0),
        pending_capture_amount: usd(0),
        pending_refund_amount: usd(0),
        fee_amount: usd(0),
        is_disputed: false,
        error_code: None,
        version: 1,
        created_at: at.into(),
        updated_at: at.into(),
    };
    demo.rows.payments.push(payment.clone());
    payment
}

/// The entries that the order's status tells of.
fn pay(demo: &mut DemoBuilder, place: usize, order: &orders::Model, payment: &payments::Model, begun: DateTime<Utc>) {
    let at = |minutes| begun + TimeDelta::minutes(minutes);
    let total = order.total_amount;
    match order.financial_status {
        FinancialStatus::Pending => {}
        FinancialStatus::Authorized => {
            enter(demo, payment, Authorized, total, at(1), None);
        }
        Voided => {
            enter(demo, payment, Authorized, total, at(1), None);
            enter(demo, payment, PaymentEntryKind::Voided, total, order.updated_at.to_utc(), None);
        }
        PartiallyPaid => {
            enter(demo, payment, Captured, (total / Decimal::TWO).trunc(), at(40), None);
        }
        _ if payment.provider == TRANSFER => {
            enter(demo, payment, Captured, total, at(5), None);
        }
        _ => {
            enter(demo, payment, Authorized, total, at(1), None);
            if place == SECOND_REQUEST {
                let request = enter(demo, payment, CaptureRequested, total, at(2), None);
                enter(demo, payment, CaptureFailed, total, at(3), Some(request));
            }
            let request = enter(demo, payment, CaptureRequested, total, at(4), None);
            enter(demo, payment, Captured, total, at(5), Some(request));
        }
    }
    if place == DISPUTED {
        let (taken, given) = (begun + TimeDelta::days(9), begun + TimeDelta::days(30));
        let taken_back = enter(demo, payment, ChargedBack, total, taken, None);
        enter(demo, payment, Fee, usd(15), taken, None);
        enter(demo, payment, ChargebackReversed, total, given, Some(taken_back));
    }
}

/// Writes an entry; its id.
pub(super) fn enter(
    demo: &mut DemoBuilder,
    payment: &payments::Model,
    kind: PaymentEntryKind,
    amount: Decimal,
    at: DateTime<Utc>,
    request: Option<Uuid>,
) -> Uuid {
    let id = demo.id("payment_entries", at);
    let number = demo.rows.payment_entries.iter().filter(|entry| entry.payment_id == payment.id).count() + 1;
    let asked = demo.rows.payment_entries.iter().find(|entry| Some(entry.id) == request);
    let entry = payment_entries::Model {
        id,
        payment_id: payment.id,
        kind,
        amount,
        currency: payment.currency.clone(),
        request_id: request,
        refund_id: asked.and_then(|asked| asked.refund_id),
        provider_event_id: payment.provider_reference.as_ref().map(|reference| format!("{reference}_{number}")),
        effect_key: format!("demo:{}:{number}", payment.id),
        principal: "seed".to_owned(),
        occurred_at: at.into(),
        created_at: at.into(),
    };
    demo.rows.payment_entries.push(entry);
    id
}

/// Writes into payments what their entries come to, and into orders what their payments do.
fn total(demo: &mut DemoBuilder) {
    let rows = &mut demo.rows;
    for payment in &mut rows.payments {
        let (id, mut entries) = (payment.id, Vec::<Entry>::new());
        for row in rows.payment_entries.iter().filter(|row| row.payment_id == id) {
            entries.push(row.clone().into());
            let sums = Sums::of(&entries);
            payment.status = status_after(payment.status, row.kind, &sums);
            sums.apply(payment);
            payment.error_code = (payment.status == PaymentStatus::Failed).then(|| "card_declined".to_owned());
            payment.version += 1;
            payment.updated_at = row.created_at;
        }
    }
    for order in &mut rows.orders {
        for payment in rows.payments.iter().filter(|payment| payment.order_id == order.id) {
            order.captured_amount += payment.captured_amount;
            order.refunded_amount += payment.refunded_amount + payment.charged_back_amount;
        }
        order.report_amount = order.total_amount - order.refunded_amount;
    }
}
