//! Orders, their lines, and the discounts that they use.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    discount_uses, order_items, orders,
    sea_orm_active_enums::OrderStatus::{Cancelled, Completed, Draft, Pending},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DemoAgent,
    amounts::{Amounts, Line},
    baskets::basket,
    builder::{DAY, DemoBuilder, rng},
    calendar::{Calendar, Sale},
    catalog::usd,
    customer_texts::{Buyer, CUSTOMERS},
    pricing::{DemoDiscount, TAXES, WELCOME},
};
use crate::{pricing::rate, seed::rng::Rng};

pub(super) fn build(demo: &mut DemoBuilder, calendar: &Calendar) {
    let (mut rng, mut shipping) = (rng("orders"), rng("shipping"));
    let mut welcomed = Vec::new();
    for (place, sale) in calendar.0.iter().enumerate() {
        let created = demo.ago(sale.minutes);
        let updated = if sale.is_settled { demo.ago(sale.minutes - rng.between(2 * DAY, 8 * DAY)) } else { created };
        let id = demo.id("orders", created);
        let buyer = CUSTOMERS[sale.person].3;
        let basket = basket(demo, &mut rng, buyer);
        let is_welcome = matches!(buyer, Buyer::Home(_)) && rng.percent(20) && !welcomed.contains(&sale.person);
        if is_welcome {
            welcomed.push(sale.person);
        }
        let amounts = Amounts::of(basket, buyer, is_welcome);
        for (position, line) in (0..).zip(&amounts.lines) {
            let item = item(demo, id, position, line, &amounts, created);
            demo.rows.order_items.push(item);
        }
        for (which, amount) in &amounts.uses {
            use_discount(demo, *which, id, sale.person, *amount, created);
        }
        let sent = method(buyer, &amounts, &mut shipping);
        let mut order = order(demo, id, place, sale, &amounts, sent, updated);
        if is_welcome {
            order.discount_codes = json!([WELCOME]);
        }
        demo.rows.orders.push(order);
    }
}

/// How it is sent, and for how much.
fn method(buyer: Buyer, amounts: &Amounts, rng: &mut Rng) -> (&'static str, Decimal) {
    match buyer {
        Buyer::Commercial | Buyer::Designer => ("freight", usd(180)),
        Buyer::Home(_) if rng.percent(15) => ("express", usd(75)),
        Buyer::Home(_) if amounts.subtotal - amounts.discount >= usd(250) => ("standard", usd(0)),
        Buyer::Home(_) => ("standard", usd(35)),
    }
}

fn item(
    demo: &mut DemoBuilder,
    order: Uuid,
    position: i32,
    line: &Line,
    amounts: &Amounts,
    created: DateTime<Utc>,
) -> order_items::Model {
    order_items::Model {
        id: demo.id("order_items", created),
        order_id: order,
        product_variant_id: Some(line.variant.id),
        sku: line.variant.sku.clone(),
        title: line.variant.title.clone(),
        quantity: line.quantity,
        price: line.variant.price,
        discount_amount: line.discount,
        tax_amount: line.tax,
        total_amount: line.total(),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        position,
        list_price: Some(line.variant.price),
        tax_percentage: amounts.tax_rate,
        included_tax_amount: usd(0),
        fulfilled_quantity: 0,
        cancelled_quantity: 0,
        returned_quantity: 0,
        refunded_quantity: 0,
        shopify_line_item_id: None,
    }
}

fn use_discount(
    demo: &mut DemoBuilder,
    which: DemoDiscount,
    order: Uuid,
    person: usize,
    amount: Decimal,
    created: DateTime<Utc>,
) {
    let discount = &demo.rows.discounts[which as usize];
    let (discount_id, is_once) = (discount.id, discount.once_per_customer);
    let row = discount_uses::Model {
        id: demo.id("discount_uses", created),
        discount_id,
        order_id: order,
        customer_id: Some(demo.rows.customers[person].id),
        amount,
        is_once,
        created_at: created.into(),
    };
    demo.rows.discount_uses.push(row);
}

/// An order. What is paid of it is not known yet.
fn order(
    demo: &DemoBuilder,
    id: Uuid,
    place: usize,
    sale: &Sale,
    amounts: &Amounts,
    (shipping_method, shipping_amount): (&str, Decimal),
    updated: DateTime<Utc>,
) -> orders::Model {
    let created = demo.ago(sale.minutes);
    let customer = &demo.rows.customers[sale.person];
    let (status, fulfillment_status, financial_status) = sale.status;
    let is_trade = customer.company.is_some();
    let address = address(sale.person);
    let total_amount = amounts.subtotal - amounts.discount + amounts.tax + shipping_amount;
    let is_confirmed = !matches!(status, Draft | Pending);
    orders::Model {
        id,
        shopify_order_id: None,
        order_number: format!("VW-{}", 1_001 + place),
        customer_id: Some(customer.id),
        status,
        subtotal_amount: amounts.subtotal,
        discount_amount: amounts.discount,
        tax_amount: amounts.tax,
        shipping_amount,
        total_amount,
        currency: "USD".to_owned(),
        fulfillment_status,
        financial_status,
        version: if sale.is_settled { 4 } else { 1 },
        created_at: created.into(),
        updated_at: updated.into(),
        source: if is_trade { "agent" } else { "api" }.to_owned(),
        placed_by_agent_id: is_trade.then(|| demo.agent(DemoAgent::Sales)),
        email: Some(customer.email.clone()),
        shipping_address: Some(address.clone()),
        billing_address: Some(address),
        note: is_trade.then(|| "Call before the crate comes.".to_owned()),
        tags: json!([if is_trade { "trade" } else { "home" }]),
        shipping_method: Some(shipping_method.to_owned()),
        discount_codes: json!([]),
        tax_included: false,
        included_tax_amount: usd(0),
        shipping_tax_amount: usd(0),
        captured_amount: usd(0),
        refunded_amount: usd(0),
        exchange_rate_e10: rate::SAME,
        report_amount: total_amount,
        hold_expires_at: (status == Pending).then(|| demo.ago(-2 * DAY).into()),
        valid_until: (status == Draft).then(|| demo.ago(-14 * DAY).into()),
        placed_at: (status != Draft).then(|| created.into()),
        confirmed_at: is_confirmed.then(|| (created + TimeDelta::minutes(5)).into()),
        completed_at: (status == Completed).then(|| updated.into()),
        cancelled_at: (status == Cancelled).then(|| updated.into()),
        cancel_reason: (status == Cancelled).then(|| "customer".to_owned()),
        source_updated_at: None,
    }
}

/// Where a customer lives: in the state whose tax they pay.
fn address(person: usize) -> Value {
    let (first, last, company, buyer, _) = CUSTOMERS[person];
    let thousandths = match buyer {
        Buyer::Home(thousandths) => thousandths,
        Buyer::Commercial | Buyer::Designer => 0,
    };
    let (_, region, city) = TAXES.into_iter().find(|(rate, ..)| *rate == thousandths).unwrap_or(TAXES[0]);
    json!({
        "name": format!("{first} {last}"),
        "company": company,
        "line1": format!("{} Mill Street", 3 + 7 * person),
        "city": city,
        "region": region,
        "country": "US",
    })
}
