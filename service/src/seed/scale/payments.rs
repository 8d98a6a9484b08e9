//! Payments of orders, the ledger, refunds, and what of it stands in the books.

use chrono::{DateTime, Utc};
use entity::{
    payment_entries, payments, refund_lines, refunds, revenue_attribution,
    sea_orm_active_enums::{
        AttributionModel::{LastTouch, Linear},
        FinancialStatus,
        PaymentEntryKind::{self, Authorized, Captured, RefundRequested, Refunded, Voided},
        PaymentStatus, RefundStatus,
        TransactionType::{self, Refund, Revenue},
    },
    transactions,
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    LoadData, Rows, parcels,
    sale::{SHIPPING, Sale},
};

/// The payment of an order; what was captured.
pub(super) fn pay(data: &LoadData, sale: &Sale, rows: &mut Rows) -> Decimal {
    let (id, total) = (data.id_at("payments", sale.number, sale.time), sale.total());
    let mut ledger = Ledger { data, sale, payment: id, count: 0 };
    let (mut authorized, mut captured) = (Decimal::ZERO, Decimal::ZERO);
    let status = match sale.financial {
        FinancialStatus::Pending => PaymentStatus::Pending,
        FinancialStatus::Voided => {
            ledger.enter(Authorized, total, sale.time, None, None, rows);
            ledger.enter(Voided, total, data.later(sale.time, 9_000), None, None, rows);
            PaymentStatus::Voided
        }
        FinancialStatus::Authorized => {
            authorized = total;
            ledger.enter(Authorized, total, sale.time, None, None, rows);
            PaymentStatus::Authorized
        }
        _ => {
            (authorized, captured) = (total, total);
            ledger.enter(Authorized, total, sale.time, None, None, rows);
            let entry = ledger.enter(Captured, total, sale.time, None, None, rows);
            let booked = book(data, sale, Revenue, entry, total, sale.time, rows);
            attribute(data, sale, booked, rows);
            PaymentStatus::Captured
        }
    };
    rows.payments.push(payments::Model {
        id,
        order_id: sale.id(data),
        provider: "stripe".to_owned(),
        provider_reference: Some(format!("pi_trial_{}_{}", data.seed(), sale.number)),
        method: Some("card".to_owned()),
        amount: total,
        currency: "USD".to_owned(),
        status,
        authorized_amount: authorized,
        captured_amount: captured,
        refunded_amount: sale.refunded(),
        charged_back_amount: Decimal::ZERO,
        pending_capture_amount: Decimal::ZERO,
        pending_refund_amount: Decimal::ZERO,
        fee_amount: Decimal::ZERO,
        is_disputed: false,
        error_code: None,
        version: 1,
        created_at: sale.time.into(),
        updated_at: sale.time.into(),
    });
    if !sale.refunded().is_zero() {
        give_back(data, sale, &mut ledger, rows);
    }
    captured
}

/// What went back: all that was ordered, or something for goodwill.
fn give_back(data: &LoadData, sale: &Sale, ledger: &mut Ledger<'_>, rows: &mut Rows) {
    let (amount, time) = (sale.refunded(), data.later(sale.time, 300_000));
    let id = data.id_at("refunds", sale.number, time);
    let is_all = parcels::came_back(sale);
    rows.refunds.push(refunds::Model {
        id,
        order_id: sale.id(data),
        return_id: is_all.then(|| parcels::return_id(data, sale)),
        amount,
        shipping_amount: if is_all { SHIPPING } else { Decimal::ZERO },
        shipping_tax_amount: Decimal::ZERO,
        adjustment_amount: if is_all { Decimal::ZERO } else { amount },
        currency: "USD".to_owned(),
        reason: None,
        status: RefundStatus::Succeeded,
        source: "api".to_owned(),
        agent_id: None,
        external_id: None,
        version: 1,
        created_at: time.into(),
        updated_at: time.into(),
    });
    for (place, line) in sale.lines.iter().enumerate().filter(|_| is_all) {
        rows.refund_lines.push(refund_lines::Model {
            refund_id: id,
            order_item_id: sale.item(data, place),
            quantity: line.quantity,
            amount: line.total(),
            tax_amount: line.tax,
            restocked_quantity: 0,
            created_at: time.into(),
        });
    }
    let request = ledger.enter(RefundRequested, amount, time, None, Some(id), rows);
    let entry = ledger.enter(Refunded, amount, time, Some(request), Some(id), rows);
    book(data, sale, Refund, entry, amount, time, rows);
}

/// The entries of a payment.
struct Ledger<'a> {
    data: &'a LoadData,
    sale: &'a Sale,
    payment: Uuid,
    count: u64,
}

impl Ledger<'_> {
    fn enter(
        &mut self,
        kind: PaymentEntryKind,
        amount: Decimal,
        time: DateTime<Utc>,
        request: Option<Uuid>,
        refund: Option<Uuid>,
        rows: &mut Rows,
    ) -> Uuid {
        let id = self.data.id_at("payment_entries", self.sale.number * 4 + self.count, time);
        self.count += 1;
        rows.payment_entries.push(payment_entries::Model {
            id,
            payment_id: self.payment,
            kind,
            amount,
            currency: "USD".to_owned(),
            request_id: request,
            refund_id: refund,
            provider_event_id: None,
            effect_key: format!("trial:{}:{}", self.payment, self.count),
            principal: "seed".to_owned(),
            occurred_at: time.into(),
            created_at: time.into(),
        });
        id
    }
}

/// A line of the books; its id.
fn book(
    data: &LoadData,
    sale: &Sale,
    kind: TransactionType,
    entry: Uuid,
    amount: Decimal,
    time: DateTime<Utc>,
    rows: &mut Rows,
) -> Uuid {
    let (table, category) = if kind == Revenue { ("books", "sales") } else { ("books of refunds", "returns") };
    let id = data.id_at(table, sale.number, time);
    rows.transactions.push(transactions::Model {
        id,
        r#type: kind,
        category: category.to_owned(),
        amount,
        currency: "USD".to_owned(),
        description: None,
        order_id: Some(sale.id(data)),
        customer_id: Some(data.id("customers", sale.customer as u64)),
        agent_id: None,
        campaign_id: None,
        payment_method: Some("card".to_owned()),
        external_id: None,
        transaction_date: time.date_naive(),
        created_at: time.into(),
        payment_entry_id: Some(entry),
        reverses_id: None,
        report_amount: None,
        budget_slice_id: None,
    });
    id
}

/// A payment is owed to one agent, or to two.
fn attribute(data: &LoadData, sale: &Sale, transaction: Uuid, rows: &mut Rows) {
    let mut rng = data.rng("payments", sale.number);
    let campaign = rng.percent(30).then(|| data.id("campaigns", data.any(&mut rng, "campaigns")));
    let first = data.any(&mut rng, "agents");
    let (model, agents) = match rng.percent(50) {
        true => (LastTouch, vec![first]),
        // Two agents that differ.
        false => (Linear, vec![first, (first + 1) % data.count("agents")]),
    };
    for (place, agent) in (0..).zip(&agents) {
        rows.revenue_attribution.push(revenue_attribution::Model {
            id: data.id_at("revenue_attribution", sale.number * 2 + place, sale.time),
            transaction_id: transaction,
            agent_id: data.agent(*agent),
            campaign_id: campaign,
            attribution_model: model,
            attribution_percentage: Decimal::from(100) / Decimal::from(agents.len()),
            touchpoint_data: json!({}),
            created_at: sale.time.into(),
        });
    }
}
