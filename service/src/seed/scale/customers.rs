//! Customers with the totals of their orders, segments, and what was said.

use entity::{
    customer_interactions, customer_segment_members, customer_segments, customers,
    sea_orm_active_enums::{InteractionChannel, SegmentType},
};
use rust_decimal::Decimal;
use sea_orm::Iterable;
use serde_json::json;

use super::{Rows, Totals, Trial};

const FIRST: [&str; 12] = ["Ada", "Bo", "Cleo", "Dara", "Eli", "Fay", "Gus", "Hana", "Ines", "Jude", "Kim", "Lou"];
const LAST: [&str; 11] = ["Abend", "Birk", "Corso", "Dune", "Elm", "Foss", "Glen", "Holt", "Iver", "Jansen", "Kroll"];

/// The address of a customer.
pub(super) fn email(trial: &Trial, number: u64) -> String {
    format!("customer-{number}.trial-{}@example.com", trial.seed())
}

pub(super) fn segment(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("customer_segments", number);
    let created = trial.time("customer_segments", number);
    let kinds: Vec<_> = SegmentType::iter().collect();
    rows.customer_segments.push(customer_segments::Model {
        id: trial.id("customer_segments", number),
        name: format!("Trial {} segment {number}", trial.seed()),
        r#type: dice.pick(&kinds),
        description: None,
        criteria: json!({ "segment": number }),
        is_active: true,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn customer(trial: &Trial, totals: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("customers", number);
    let created = trial.time("customers", number);
    let spending = totals.customers[usize::try_from(number).unwrap_or_default()];
    let id = trial.id("customers", number);
    rows.customers.push(customers::Model {
        id,
        shopify_customer_id: None,
        email: email(trial, number),
        first_name: Some(dice.pick(&FIRST).to_owned()),
        last_name: Some(dice.pick(&LAST).to_owned()),
        company: dice.percent(15).then(|| format!("Trial Company {}", number % 997)),
        phone: None,
        tags: json!([format!("tag-{}", number % 20)]),
        total_spent: spending.spent,
        orders_count: spending.orders,
        average_order_value: (spending.orders > 0)
            .then(|| (spending.spent / Decimal::from(spending.orders)).round_dp(2)),
        currency: "USD".to_owned(),
        last_order_date: spending.latest.map(Into::into),
        accepts_marketing: dice.percent(60),
        vip_status: spending.spent >= Decimal::from(2_000),
        version: 1,
        created_at: created.into(),
        updated_at: spending.latest.unwrap_or(created).into(),
    });
    rows.customer_segment_members.push(customer_segment_members::Model {
        customer_id: id,
        segment_id: trial.id("customer_segments", trial.any(&mut dice, "customer_segments")),
        score: Decimal::new(dice.between(0, 10_000), 2),
        assigned_at: created.into(),
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn interaction(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("customer_interactions", number);
    let created = trial.time("customer_interactions", number);
    let channels: Vec<_> = InteractionChannel::iter().collect();
    let customer = trial.earlier(&mut dice, "customers", "customer_interactions", number);
    rows.customer_interactions.push(customer_interactions::Model {
        id: trial.id("customer_interactions", number),
        customer_id: trial.id("customers", customer),
        agent_id: Some(trial.any_agent(&mut dice)),
        interaction_type: dice.pick(&["inquiry", "quote", "support", "complaint", "feedback"]).to_owned(),
        channel: dice.pick(&channels),
        content: Some(format!("Message {number} of a load trial.")),
        sentiment_score: Some(Decimal::new(dice.between(-100, 100), 2)),
        outcome: dice.percent(50).then(|| "answered".to_owned()),
        metadata: json!({}),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}
