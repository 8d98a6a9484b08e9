//! Orders with their lines, payments and attribution.

use chrono::{DateTime, Utc};
use entity::{
    order_items, orders, revenue_attribution,
    sea_orm_active_enums::{
        AttributionModel::{LastTouch, Linear},
        FinancialStatus::{self, Authorized, Paid, PartiallyRefunded, Refunded, Voided},
        FulfillmentStatus::{self, Fulfilled, Restocked, Unfulfilled},
        OrderStatus::{self, Cancelled, Completed, Confirmed, Pending, Processing},
        TransactionType,
    },
    transactions,
};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    LoadData, Rows, Totals,
    catalog::{self, VARIANTS},
};

/// A line of an order.
pub(super) struct Line {
    pub(super) variant: usize,
    pub(super) quantity: i32,
    price: Decimal,
    discount: Decimal,
    tax: Decimal,
}

impl Line {
    fn gross(&self) -> Decimal {
        self.price * Decimal::from(self.quantity)
    }

    fn total(&self) -> Decimal {
        self.gross() - self.discount + self.tax
    }
}

/// What an order is before it is rows.
pub(super) struct Sale {
    pub(super) time: DateTime<Utc>,
    pub(super) customer: usize,
    pub(super) lines: Vec<Line>,
    shipping: Decimal,
    status: OrderStatus,
    fulfillment: FulfillmentStatus,
    financial: FinancialStatus,
}

impl Sale {
    pub(super) fn of(data: &LoadData, number: u64) -> Self {
        let mut rng = data.rng("orders", number);
        let customer = data.earlier(&mut rng, "customers", "orders", number);
        let (status, fulfillment, financial) = match (number * 100 / data.count("orders"), rng.below(100)) {
            // The newest are open.
            (97.., 0..20) => (Pending, Unfulfilled, FinancialStatus::Pending),
            (97.., 20..50) => (Confirmed, Unfulfilled, Authorized),
            (97.., _) => (Processing, Unfulfilled, Paid),
            (_, 0..3) => (Cancelled, Unfulfilled, Voided),
            (_, 3..6) => (Completed, Restocked, Refunded),
            (_, 6..8) => (Completed, Fulfilled, PartiallyRefunded),
            _ => (Completed, Fulfilled, Paid),
        };
        let discount = Decimal::new(rng.pick(&[0, 0, 0, 10]), 2);
        let tax = Decimal::new(rng.pick(&[0, 60, 83, 95]), 3);
        let lines = (0..rng.between(1, 3)).map(|_| {
            let product = usize::try_from(data.earlier(&mut rng, "products", "orders", number)).unwrap_or_default();
            let variant = product * VARIANTS + usize::try_from(rng.below(VARIANTS as i64)).unwrap_or_default();
            let quantity = rng.pick(&[1, 1, 1, 2]);
            let price = Decimal::new(catalog::price(data, variant), 2);
            let gross = price * Decimal::from(quantity);
            let discount = (gross * discount).round_dp(2);
            Line { variant, quantity, price, discount, tax: ((gross - discount) * tax).round_dp(2) }
        });
        Self {
            time: data.time("orders", number),
            customer: usize::try_from(customer).unwrap_or_default(),
            lines: lines.collect(),
            shipping: Decimal::new(3_500, 2),
            status,
            fulfillment,
            financial,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        !matches!(self.status, Completed | Cancelled)
    }

    /// Whether it makes part of its customer's totals.
    pub(super) fn counts(&self) -> bool {
        self.status != Cancelled && !matches!(self.financial, Refunded | Voided)
    }

    pub(super) fn total(&self) -> Decimal {
        self.lines.iter().map(Line::total).sum::<Decimal>() + self.shipping
    }
}

pub(super) fn order(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let sale = Sale::of(data, number);
    let id = data.id("orders", number);
    for (place, line) in (0..).zip(&sale.lines) {
        rows.order_items.push(order_items::Model {
            id: data.id_at("order_items", number * 4 + place, sale.time),
            order_id: id,
            product_variant_id: Some(catalog::variant_id(data, line.variant)),
            sku: Some(catalog::sku(data, line.variant)),
            title: format!("Trial {} piece {}", data.seed(), line.variant / VARIANTS),
            quantity: line.quantity,
            price: line.price,
            discount_amount: line.discount,
            tax_amount: line.tax,
            total_amount: line.total(),
            version: 1,
            created_at: sale.time.into(),
            updated_at: sale.time.into(),
        });
    }
    payments(data, number, &sale, rows);
    rows.orders.push(orders::Model {
        id,
        shopify_order_id: None,
        order_number: format!("T{}-{number:07}", data.seed()),
        customer_id: Some(data.id("customers", sale.customer as u64)),
        status: sale.status,
        subtotal_amount: sale.lines.iter().map(Line::gross).sum(),
        discount_amount: sale.lines.iter().map(|line| line.discount).sum(),
        tax_amount: sale.lines.iter().map(|line| line.tax).sum(),
        shipping_amount: sale.shipping,
        total_amount: sale.total(),
        currency: "USD".to_owned(),
        fulfillment_status: sale.fulfillment,
        financial_status: sale.financial,
        version: 1,
        created_at: sale.time.into(),
        updated_at: data.later(sale.time, 400_000).into(),
    });
}

/// What was paid and what went back; a payment is owed to one agent, or to two.
fn payments(data: &LoadData, number: u64, sale: &Sale, rows: &mut Rows) {
    if !matches!(sale.financial, Paid | PartiallyRefunded | Refunded) {
        return;
    }
    let mut rng = data.rng("payments", number);
    let payment = transactions::Model {
        id: data.id_at("payments", number, sale.time),
        r#type: TransactionType::Revenue,
        category: "sales".to_owned(),
        amount: sale.total(),
        currency: "USD".to_owned(),
        description: None,
        order_id: Some(data.id("orders", number)),
        customer_id: Some(data.id("customers", sale.customer as u64)),
        agent_id: None,
        campaign_id: None,
        payment_method: Some("card".to_owned()),
        external_id: Some(format!("trial-{}-payment-{number}", data.seed())),
        transaction_date: sale.time.date_naive(),
        created_at: sale.time.into(),
    };
    let back = match sale.financial {
        Refunded => Some(sale.total()),
        PartiallyRefunded => Some((sale.total() * Decimal::new(25, 2)).round_dp(2)),
        _ => None,
    };
    if let Some(amount) = back {
        let time = data.later(sale.time, 300_000);
        rows.transactions.push(transactions::Model {
            id: data.id_at("refunds", number, time),
            r#type: TransactionType::Refund,
            category: "returns".to_owned(),
            amount,
            external_id: Some(format!("trial-{}-refund-{number}", data.seed())),
            transaction_date: time.date_naive(),
            created_at: time.into(),
            ..payment.clone()
        });
    }
    let campaign = rng.percent(30).then(|| data.id("campaigns", data.any(&mut rng, "campaigns")));
    let first = data.any(&mut rng, "agents");
    let (model, agents) = match rng.percent(50) {
        true => (LastTouch, vec![first]),
        // Two agents that differ.
        false => (Linear, vec![first, (first + 1) % data.count("agents")]),
    };
    for (place, agent) in (0..).zip(&agents) {
        rows.revenue_attribution.push(revenue_attribution::Model {
            id: data.id_at("revenue_attribution", number * 2 + place, sale.time),
            transaction_id: payment.id,
            agent_id: data.agent(*agent),
            campaign_id: campaign,
            attribution_model: model,
            attribution_percentage: Decimal::from(100) / Decimal::from(agents.len()),
            touchpoint_data: json!({}),
            created_at: sale.time.into(),
        });
    }
    rows.transactions.push(payment);
}
