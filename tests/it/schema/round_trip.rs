//! What the entities write, they read again.

use chrono::{DateTime, Duration, FixedOffset};
use entity::{agents, orders, sea_orm_active_enums::*};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QueryOrder};
use serde_json::json;
use tests::on_both_engines;
use uuid::Uuid;

on_both_engines! {
    async fn an_agent_comes_back_as_it_was(db: &TestDatabase) {
        let agent = agents::Model {
            id: Uuid::now_v7(),
            name: "Business Orchestrator – ✓".to_owned(),
            r#type: AgentType::Orchestrator,
            parent_id: None,
            system_prompt: Some(String::new()),
            mcp_tools: json!(["n8n", "stripe"]),
            is_active: true,
            max_concurrent_tasks: Some(2),
            version: 1,
            created_at: time("2026-05-04T03:02:01.123456+00:00"),
            updated_at: time("2026-05-04T03:02:01+00:00"),
        };
        agent.clone().into_active_model().insert(db.connection()).await.expect("inserted");
        let found = agents::Entity::find_by_id(agent.id).one(db.connection()).await.expect("read");
        assert_eq!(found, Some(agent));
    }

    async fn money_comes_back_to_the_cent(db: &TestDatabase) {
        for (number, total) in ["0.00", "0.01", "0.10", "1234.56", "9999999999.99"].into_iter().enumerate() {
            let total: Decimal = total.parse().expect("a number");
            let order = order(&number.to_string(), total, time("2026-05-04T03:02:01+00:00"));
            orders::Entity::insert(order.clone().into_active_model()).exec(db.connection()).await.expect("inserted");
            let found = orders::Entity::find_by_id(order.id).one(db.connection()).await.expect("read").expect("found");
            assert_eq!(found.total_amount, total);
        }
    }

    async fn defaults_are_those_of_the_domain(db: &TestDatabase) {
        let now = time("2026-05-04T03:02:01+00:00");
        let agent = agents::ActiveModel {
            id: Set(Uuid::now_v7()),
            name: Set("agent".to_owned()),
            r#type: Set(AgentType::Orchestrator),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let agent = agent.insert(db.connection()).await.expect("inserted");
        assert_eq!((agent.mcp_tools, agent.is_active, agent.version), (json!([]), true, 1));
    }

    /// Fractions are written with as many digits as they need, which must not disturb the order of text.
    async fn times_are_in_order(db: &TestDatabase) {
        let start = time("2026-05-04T03:02:01+00:00");
        let steps = [0, 1, 999, 1_000, 1_001, 120_000, 123_000, 123_400, 999_999, 1_000_000, 60_000_000];
        for (number, step) in steps.iter().enumerate() {
            let number = (steps.len() - number).to_string();
            let order = order(&number, Decimal::ONE, start + Duration::microseconds(*step));
            orders::Entity::insert(order.into_active_model()).exec(db.connection()).await.expect("inserted");
        }
        let found = orders::Entity::find().order_by_asc(orders::Column::CreatedAt).all(db.connection()).await;
        let found = found.expect("read").into_iter().map(|order| order.created_at - start);
        assert!(found.eq(steps.iter().map(|step| Duration::microseconds(*step))));
    }
}

fn order(number: &str, total: Decimal, at: DateTime<FixedOffset>) -> orders::Model {
    orders::Model {
        id: Uuid::now_v7(),
        shopify_order_id: None,
        order_number: number.to_owned(),
        customer_id: None,
        status: OrderStatus::Pending,
        subtotal_amount: total,
        discount_amount: Decimal::ZERO,
        tax_amount: Decimal::ZERO,
        shipping_amount: Decimal::ZERO,
        total_amount: total,
        currency: "USD".to_owned(),
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        financial_status: FinancialStatus::Pending,
        version: 1,
        created_at: at,
        updated_at: at,
        source: "api".to_owned(),
        placed_by_agent_id: None,
        email: None,
        shipping_address: None,
        billing_address: None,
        note: None,
        tags: json!([]),
        shipping_method: None,
        discount_codes: json!([]),
        tax_included: false,
        included_tax_amount: Decimal::ZERO,
        shipping_tax_amount: Decimal::ZERO,
        captured_amount: Decimal::ZERO,
        refunded_amount: Decimal::ZERO,
        exchange_rate_e10: 10_000_000_000,
        report_amount: total,
        hold_expires_at: None,
        valid_until: None,
        placed_at: Some(at),
        confirmed_at: None,
        completed_at: None,
        cancelled_at: None,
        cancel_reason: None,
        source_updated_at: None,
    }
}

fn time(text: &str) -> DateTime<FixedOffset> {
    text.parse().expect("a time")
}
