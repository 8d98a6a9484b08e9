//! Customers, their segments, what they said, and their totals.

use entity::{
    customer_interactions, customer_segment_members, customer_segments, customers, sea_orm_active_enums::SegmentType,
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, HISTORY, counts, rng},
    calendar::Calendar,
    customer_texts::{Buyer, CUSTOMERS, WORDS},
    pricing::DESIGNER,
};
use crate::customers::address;

/// Customers above it are VIPs, in US dollars.
pub(super) const VIP: i64 = 10_000;

pub(super) fn build(demo: &mut DemoBuilder, calendar: &Calendar) {
    let mut rng = rng("customers");
    for (index, (first, last, company, buyer, _)) in CUSTOMERS.into_iter().enumerate() {
        let first_order = calendar.first_of(index).unwrap_or(HISTORY / 2);
        let created = demo.ago(first_order + rng.between(5, 20 * DAY));
        let tags = match buyer {
            Buyer::Commercial => json!(["trade"]),
            Buyer::Designer => json!(["trade", DESIGNER]),
            Buyer::Home(_) => json!(["home"]),
        };
        let mut customer = customers::Model {
            id: demo.id("customers", created),
            shopify_customer_id: None,
            email: format!("{first}.{last}@example.com").to_lowercase(),
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            company: company.map(str::to_owned),
            // 555-01xx numbers belong to nobody.
            phone: rng.percent(60).then(|| format!("+1 202 555 01{index:02}")),
            tags,
            total_spent: Decimal::new(0, 2),
            orders_count: 0,
            average_order_value: None,
            currency: "USD".to_owned(),
            last_order_date: None,
            accepts_marketing: rng.percent(70),
            vip_status: false,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
            note: company.map(|_| "Orders by invoice, 30 days.".to_owned()),
            erased_at: None,
            source_updated_at: None,
            email_hash: None,
            phone_hash: None,
        };
        address::write_hashes(&mut customer);
        demo.rows.customers.push(customer);
    }
    interactions(demo);
}

/// Writes into each customer what the orders say, then groups the customers by it.
pub(super) fn total(demo: &mut DemoBuilder) {
    for customer in &mut demo.rows.customers {
        let own: Vec<_> =
            demo.rows.orders.iter().filter(|order| order.customer_id == Some(customer.id) && counts(order)).collect();
        let Some(last) = own.last() else { continue };
        let count = i32::try_from(own.len()).unwrap_or(i32::MAX);
        customer.total_spent = own.iter().map(|order| order.report_amount).sum();
        customer.orders_count = count;
        customer.average_order_value = Some((customer.total_spent / Decimal::from(count)).round_dp(2));
        customer.last_order_date = Some(last.created_at);
        customer.vip_status = customer.total_spent > Decimal::from(VIP);
        customer.updated_at = last.created_at;
        customer.version += count;
    }
    segments(demo);
}

/// Name, type, description, criteria, and who belongs to it.
type Group = (&'static str, SegmentType, &'static str, serde_json::Value, fn(&customers::Model) -> bool);

/// The criteria of those who buy for a company.
fn trade() -> serde_json::Value {
    json!({ "field": "company", "op": "isNull", "value": false })
}

/// The criteria of those who buy for themselves.
fn home() -> serde_json::Value {
    json!({ "field": "company", "op": "isNull", "value": true })
}

fn segments(demo: &mut DemoBuilder) {
    let specs: [Group; 5] = [
        (
            "Trade customers",
            SegmentType::Commercial,
            "Designers, hotels and offices that buy for rooms of others.",
            trade(),
            |customer| customer.company.is_some(),
        ),
        (
            "Trade VIP",
            SegmentType::Commercial,
            "Trade customers who spent 5,000 USD or more.",
            json!({ "all": [trade(), { "field": "totalSpent", "op": "gte", "value": "5000.00" }] }),
            |customer| customer.company.is_some() && customer.total_spent >= Decimal::from(5_000),
        ),
        (
            "Home collectors",
            SegmentType::Residential,
            "People who came back for a second piece.",
            json!({ "all": [home(), { "field": "ordersCount", "op": "gte", "value": 2 }] }),
            |customer| customer.company.is_none() && customer.orders_count >= 2,
        ),
        (
            "First piece",
            SegmentType::Residential,
            "People with exactly one order: the moment to stay in touch.",
            json!({ "all": [home(), { "field": "ordersCount", "op": "eq", "value": 1 }] }),
            |customer| customer.company.is_none() && customer.orders_count == 1,
        ),
        (
            "Looking online",
            SegmentType::Online,
            "Known by address, and have not bought yet.",
            json!({ "field": "ordersCount", "op": "eq", "value": 0 }),
            |customer| customer.orders_count == 0,
        ),
    ];
    let mut rng = rng("segments");
    for (order, (name, kind, description, criteria, belongs)) in (0..).zip(specs) {
        let created = demo.ago(210 * DAY - order);
        let id = demo.id("customer_segments", created);
        let members: Vec<_> = demo.rows.customers.iter().filter(|customer| belongs(customer)).cloned().collect();
        demo.rows.customer_segments.push(customer_segments::Model {
            id,
            name: name.to_owned(),
            r#type: kind,
            description: Some(description.to_owned()),
            criteria,
            is_active: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
            member_count: i32::try_from(members.len()).unwrap_or(i32::MAX),
            refresh_minutes: None,
            computed_at: Some(demo.now.into()),
            next_compute_at: None,
        });
        let members = members.iter().map(|customer| customer_segment_members::Model {
            customer_id: customer.id,
            segment_id: id,
            score: Decimal::new(rng.between(5_500, 9_900), 2),
            assigned_at: customer.updated_at,
            created_at: customer.updated_at,
            updated_at: customer.updated_at,
            is_manual: false,
        });
        demo.rows.customer_segment_members.extend(members);
    }
}

fn interactions(demo: &mut DemoBuilder) {
    let mut rng = rng("interactions");
    let mut times: Vec<i64> = (0..60).map(|_| rng.between(30, HISTORY / 2)).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    for (order, minutes) in times.into_iter().enumerate() {
        let created = demo.ago(minutes);
        let (kind, channel, words, sentiment, outcome) = WORDS[order % WORDS.len()];
        let known: Vec<Uuid> =
            demo.rows.customers.iter().filter(|customer| customer.created_at < created).map(|c| c.id).collect();
        if known.is_empty() {
            continue;
        }
        let who = match kind {
            "quote" | "lead" | "follow_up" => DemoAgent::Sales,
            "order_update" => DemoAgent::Fulfillment,
            _ => DemoAgent::Support,
        };
        let interaction = customer_interactions::Model {
            id: demo.id("customer_interactions", created),
            customer_id: rng.pick(&known),
            agent_id: Some(demo.agent(who)),
            interaction_type: kind.to_owned(),
            channel,
            content: Some(words.to_owned()),
            sentiment_score: Some(Decimal::new(sentiment, 2)),
            outcome: outcome.map(str::to_owned),
            metadata: json!({ "language": "en" }),
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        demo.rows.customer_interactions.push(interaction);
    }
}
