//! The same call again: answered, not done.

use serde_json::json;
use tests::on_both_engines;

use super::{calls::calls, segment};
use crate::shop::fixture::{ShopFixture, with};

on_both_engines! {
    async fn every_call_is_done_once_under_its_key(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let segment = json!(segment(db).await);
        for (number, (name, input)) in calls(&shop, segment).await.into_iter().enumerate() {
            let input = with(input, json!({ "idempotencyKey": format!("call {number}") }));
            let fields = match input.get("items") {
                Some(_) => "replayed results { index userErrors { code } }",
                None => "replayed",
            };
            let first = shop.done(name, input.clone(), fields).await;
            assert_eq!(first["replayed"], false, "{name}");
            if let Some(result) = first["results"].get(0) {
                assert_eq!(*result, json!({ "index": 0, "userErrors": [] }), "{name}");
            }
            let again = shop.done(name, input.clone(), fields).await;
            assert_eq!(again, with(first, json!({ "replayed": true })), "{name}");
            let other = with(input, json!({ "idempotencyKey": "call 0", "expectedVersion": 7 }));
            if number > 0 && other.get("id").is_some() {
                assert_eq!(shop.code_and_path(name, other).await, "IDEMPOTENCY_CONFLICT idempotencyKey", "{name}");
            }
            shop.check().await;
        }
    }
}
