//! Credit for revenue: all of it, net of what went back, and the same however often it is asked for.

use chrono::Duration;
use entity::touchpoints;
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{count, expense, id, record, team, told};
use crate::shop::fixture::{NOBODY, ShopFixture, start, text, with};

const FIELDS: &str = "attributions { id agentId attributionPercentage amount attributionModel } \
                      unattributed { model percentage }";

/// Notes that a customer met an agent some days before the order.
async fn touch(db: &TestDatabase, customer: &Value, agent: &Value, days: i64) {
    let row = touchpoints::ActiveModel {
        id: Set(Uuid::now_v7()),
        customer_id: Set(id(customer)),
        agent_id: Set(Some(id(agent))),
        channel: Set("email".to_owned()),
        kind: Set("clicked".to_owned()),
        occurred_at: Set((start() - Duration::days(days)).into()),
        created_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a touchpoint");
}

/// A paid order of 100 USD; its id and its customer's.
async fn sold(db: &TestDatabase, shop: &ShopFixture) -> (Value, Value) {
    shop.variant(db, "A").await;
    shop.stock("A", "main", 10).await;
    let line = json!({ "sku": "A", "quantity": 1 });
    let input = json!({ "email": "ann@example.com", "lines": [line] });
    let order = shop.done("placeOrder", input, "order { id customerId }").await["order"].clone();
    shop.done("markOrderPaid", json!({ "orderId": order["id"] }), "payment { id }").await;
    (order["id"].clone(), order["customerId"].clone())
}

/// The credit by a model: agent, percentage and amount.
fn credit(payload: &Value, model: &str) -> Vec<[String; 3]> {
    let rows = payload["attributions"].as_array().expect("a list").iter();
    let rows = rows.filter(|row| row["attributionModel"] == model);
    rows.map(|row| ["agentId", "attributionPercentage", "amount"].map(|field| text(&row[field]))).collect()
}

on_both_engines! {
    async fn credit_follows_the_touches_and_later_refunds(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (order, customer) = sold(db, &shop).await;
        for (agent, days) in [(&team.director, 20), (&team.specialist, 10), (&team.director, 5), (&team.specialist, 31)] {
            touch(db, &customer, agent, days).await;
        }
        let models = json!(["FIRST_TOUCH", "LAST_TOUCH", "LINEAR", "POSITION_BASED", "LINEAR"]);
        let call = json!({ "orderId": order, "models": models });
        let first = shop.done("attributeRevenue", call.clone(), FIELDS).await;
        let [director, specialist] = [&team.director, &team.specialist].map(text);
        let whole = |agent: &String| vec![[agent.clone(), "100.00".into(), "100.00".into()]];
        let two = |one: &str, other: &str| vec![[director.clone(), one.into(), one.into()], [specialist.clone(), other.into(), other.into()]];
        assert_eq!(credit(&first, "FIRST_TOUCH"), whole(&director));
        assert_eq!(credit(&first, "LAST_TOUCH"), whole(&director));
        assert_eq!(credit(&first, "LINEAR"), two("66.67", "33.33"));
        assert_eq!(credit(&first, "POSITION_BASED"), two("80.00", "20.00"));
        assert_eq!(first["unattributed"], json!([]));
        // Again, it stays the same, row by row.
        assert_eq!(shop.done("attributeRevenue", call.clone(), FIELDS).await, first);
        assert_eq!(told(db, "transaction.attributed").await, 1);
        shop.done("refundOrder", json!({ "orderId": order, "adjustment": "50.01" }), "refund { id }").await;
        let after = shop.done("attributeRevenue", call, FIELDS).await;
        let amounts: Vec<Decimal> = credit(&after, "LINEAR").iter().map(|row| row[2].parse().expect("an amount")).collect();
        assert_eq!(amounts, [Decimal::new(3333, 2), Decimal::new(1666, 2)]);
        // A longer window has one more touch.
        let longer = json!({ "orderId": order, "models": ["FIRST_TOUCH"], "windowDays": 40 });
        let longer = shop.done("attributeRevenue", longer, FIELDS).await;
        assert_eq!(credit(&longer, "FIRST_TOUCH")[0][0], specialist);
        shop.check().await;
    }

    async fn revenue_without_touches_is_credited_to_nobody(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (order, _) = sold(db, &shop).await;
        let none = shop.done("attributeRevenue", json!({ "orderId": order, "models": ["LINEAR"] }), FIELDS).await;
        assert_eq!(none["attributions"], json!([]));
        assert_eq!(none["unattributed"][0]["model"], "LINEAR");
        assert_eq!(none["unattributed"][0]["percentage"].as_str().and_then(|text| text.parse().ok()), Some(Decimal::ONE_HUNDRED));
        shop.check().await;
    }

    async fn credit_is_given_by_hand(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let revenue = json!({ "type": "REVENUE", "category": "fair", "amount": "10.01" });
        let sale = shop.done("recordTransaction", revenue, "transaction { id }").await["transaction"]["id"].clone();
        let share = |agent: &Value, percentage: &str| json!({ "agentId": agent, "percentage": percentage });
        let call = |shares: Value| json!({ "transactionId": sale, "shares": shares });
        let given = json!([share(&team.director, "50"), share(&team.specialist, "30")]);
        let payload = shop.done("attributeRevenue", call(given), FIELDS).await;
        let amounts: Vec<String> = credit(&payload, "MANUAL").into_iter().map(|[_, _, amount]| amount).collect();
        assert_eq!(amounts, ["5.01", "3.00"]);
        assert_eq!(payload["unattributed"][0]["model"], "MANUAL");
        let all = json!([share(&team.director, "100")]);
        shop.done("attributeRevenue", call(all.clone()), FIELDS).await;
        assert_eq!(count(db, "SELECT COUNT(*) FROM revenue_attribution").await, 1);
        let cost = record(&shop, expense("ads", "1")).await;
        for (input, refusal) in [
            (call(json!([share(&team.director, "100.01")])), "INVALID shares.0.percentage"),
            (call(json!([share(&team.director, "0")])), "INVALID shares.0.percentage"),
            (call(json!([share(&team.director, "0.001")])), "INVALID shares.0.percentage"),
            (call(json!([share(&team.director, "60"), share(&team.specialist, "40.01")])), "INVALID shares"),
            (call(json!([share(&team.director, "1"), share(&team.director, "1")])), "INVALID shares.1.agentId"),
            (call(json!([share(&json!(NOBODY), "1")])), "NOT_FOUND shares.0.agentId"),
            (call(json!([])), "INVALID models"),
            (with(call(all.clone()), json!({ "models": ["LINEAR"] })), "INVALID shares"),
            (json!({ "transactionId": sale, "models": ["MANUAL"] }), "INVALID models"),
            (json!({ "transactionId": sale, "models": ["LINEAR"], "windowDays": 0 }), "INVALID windowDays"),
            (json!({ "transactionId": cost, "models": ["LINEAR"] }), "INVALID transactionId"),
            (json!({ "transactionId": NOBODY, "models": ["LINEAR"] }), "NOT_FOUND transactionId"),
            (json!({ "orderId": NOBODY, "models": ["LINEAR"] }), "NOT_FOUND orderId"),
            (json!({ "models": ["LINEAR"] }), "INVALID transactionId"),
            (with(call(all), json!({ "orderId": NOBODY })), "INVALID transactionId"),
        ] {
            assert_eq!(shop.code_and_path("attributeRevenue", input.clone()).await, refusal, "{input}");
        }
        shop.check().await;
    }
}
