//! Customers with the totals of their orders, segments, and interactions.

use entity::{
    customer_aliases, customer_interactions, customer_segment_members, customer_segments, customers,
    sea_orm_active_enums::{CustomerAliasKind, InteractionChannel, SegmentType},
    touchpoints,
};
use rust_decimal::Decimal;
use sea_orm::Iterable;
use serde_json::json;

use super::{LoadData, Rows, Totals, consents};
use crate::customers::address;

const FIRST: [&str; 12] = ["Ada", "Bo", "Cleo", "Dara", "Eli", "Fay", "Gus", "Hana", "Ines", "Jude", "Kim", "Lou"];
const LAST: [&str; 11] = ["Abend", "Birk", "Corso", "Dune", "Elm", "Foss", "Glen", "Holt", "Iver", "Jansen", "Kroll"];

/// The address of a customer.
pub(super) fn email(data: &LoadData, number: u64) -> String {
    format!("customer-{number}.trial-{}@example.com", data.seed())
}

/// The number of the segment that a customer is in.
pub(super) fn segment_of(data: &LoadData, customer: u64) -> u64 {
    data.any(&mut data.rng("customer_segment_members", customer), "customer_segments")
}

pub(super) fn segment(data: &LoadData, totals: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("customer_segments", number);
    let created = data.time("customer_segments", number);
    let kinds: Vec<_> = SegmentType::iter().collect();
    rows.customer_segments.push(customer_segments::Model {
        id: data.id("customer_segments", number),
        name: format!("Trial {} segment {number}", data.seed()),
        r#type: rng.pick(&kinds),
        description: None,
        criteria: json!({}),
        is_active: true,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        member_count: totals.members[usize::try_from(number).unwrap_or_default()],
        refresh_minutes: None,
        computed_at: None,
        next_compute_at: None,
    });
}

pub(super) fn customer(data: &LoadData, totals: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("customers", number);
    let created = data.time("customers", number);
    let spending = totals.customers[usize::try_from(number).unwrap_or_default()];
    let id = data.id("customers", number);
    let mut customer = customers::Model {
        id,
        shopify_customer_id: None,
        email: email(data, number),
        first_name: Some(rng.pick(&FIRST).to_owned()),
        last_name: Some(rng.pick(&LAST).to_owned()),
        company: rng.percent(15).then(|| format!("Trial Company {}", number % 997)),
        phone: None,
        tags: json!([format!("tag-{}", number % 20)]),
        total_spent: spending.spent,
        orders_count: spending.orders,
        average_order_value: (spending.orders > 0)
            .then(|| (spending.spent / Decimal::from(spending.orders)).round_dp(2)),
        currency: "USD".to_owned(),
        last_order_date: spending.latest.map(Into::into),
        accepts_marketing: consents::accepts(data, number),
        vip_status: spending.spent > Decimal::from(10_000),
        version: 1,
        created_at: created.into(),
        updated_at: spending.latest.unwrap_or(created).into(),
        note: None,
        erased_at: None,
        source_updated_at: None,
        email_hash: None,
        phone_hash: None,
    };
    address::write_hashes(&mut customer);
    rows.customers.push(customer);
    if number.is_multiple_of(100) {
        rows.customer_aliases.push(customer_aliases::Model {
            kind: CustomerAliasKind::Email,
            value: format!("before-{number}.trial-{}@example.com", data.seed()),
            customer_id: id,
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
    rows.customer_segment_members.push(customer_segment_members::Model {
        customer_id: id,
        segment_id: data.id("customer_segments", segment_of(data, number)),
        score: Decimal::new(rng.between(0, 10_000), 2),
        assigned_at: created.into(),
        created_at: created.into(),
        updated_at: created.into(),
        is_manual: true,
    });
}

pub(super) fn touchpoint(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("touchpoints", number);
    let created = data.time("touchpoints", number);
    let customer = data.earlier(&mut rng, "customers", "touchpoints", number);
    rows.touchpoints.push(touchpoints::Model {
        id: data.id("touchpoints", number),
        customer_id: data.id("customers", customer),
        agent_id: Some(data.any_agent(&mut rng)),
        campaign_id: rng.percent(30).then(|| data.id("campaigns", number % data.count("campaigns"))),
        channel: rng.pick(&["email", "chat", "website", "social"]).to_owned(),
        kind: rng.pick(&["clicked", "interaction", "visited"]).to_owned(),
        occurred_at: created.into(),
        external_id: None,
        created_at: created.into(),
    });
}

pub(super) fn interaction(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("customer_interactions", number);
    let created = data.time("customer_interactions", number);
    let channels: Vec<_> = InteractionChannel::iter().collect();
    let customer = data.earlier(&mut rng, "customers", "customer_interactions", number);
    rows.customer_interactions.push(customer_interactions::Model {
        id: data.id("customer_interactions", number),
        customer_id: data.id("customers", customer),
        agent_id: Some(data.any_agent(&mut rng)),
        interaction_type: rng.pick(&["inquiry", "quote", "support", "complaint", "feedback"]).to_owned(),
        channel: rng.pick(&channels),
        content: Some(format!("Message {number} of a load trial.")),
        sentiment_score: Some(Decimal::new(rng.between(-100, 100), 2)),
        outcome: rng.percent(50).then(|| "answered".to_owned()),
        metadata: json!({}),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}
