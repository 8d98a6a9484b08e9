//! The same call of the shop again: answered, not done.

use entity::events;
use sea_orm::EntityTrait;
use serde_json::json;
use tests::{TestDatabase, on_both_engines};

use super::{
    fixture::{DemoFixture, with},
    order_calls, parcel_calls, payment_calls, stock_calls,
};

/// At least as many of the calls are done; others are refused, which is tried elsewhere.
const DONE: usize = 24;

on_both_engines! {
    async fn every_call_of_the_shop_is_done_once_under_its_key(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let mut calls = stock_calls::calls(&fixture).await;
        calls.extend(order_calls::calls(&fixture).await);
        calls.extend(payment_calls::calls(&fixture).await);
        calls.extend(parcel_calls::calls(&fixture).await);
        let mut done = 0;
        for (number, (name, input)) in calls.into_iter().enumerate() {
            let keyed = with(input.clone(), json!({ "idempotencyKey": format!("shop {number}") }));
            let first = fixture.mutate(name, keyed.clone(), "replayed").await;
            let log = length(db).await;
            let again = fixture.mutate(name, keyed, "replayed").await;
            assert_eq!(length(db).await, log, "{name} is told once");
            if first["userErrors"] != json!([]) {
                assert_eq!(again, first, "{name}");
                continue;
            }
            assert_eq!(again, with(first, json!({ "replayed": true })), "{name}");
            done += 1;
            if number > 0 {
                let other = with(input, json!({ "idempotencyKey": "shop 0" }));
                assert_eq!(fixture.code_and_path(name, other).await, "IDEMPOTENCY_CONFLICT idempotencyKey", "{name}");
            }
        }
        assert!(done >= DONE, "{done} calls were done");
        fixture.check().await;
    }
}

/// How many events there are.
async fn length(db: &TestDatabase) -> usize {
    events::Entity::find().all(db.connection()).await.expect("events").len()
}
