//! Subscriptions to orders and products deliver only their events.

use async_graphql::Response;
use futures::{Stream, StreamExt};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    fixture::{ShopFixture, text},
    parcels::Ordered,
    payments,
};
use crate::client::data;

on_both_engines! {
    async fn who_watches_an_order_hears_of_its_parts(db: &TestDatabase) {
        let shop = payments::shop(db).await;
        let after = now(&shop).await;
        let other = Ordered::confirmed(&shop, &[("PRINT", 1)]).await;
        let order = Ordered::place(&shop, &[("PRINT", 2)], json!({})).await;
        other.pack(&shop, &[("PRINT", 1)]).await;
        order.pay(&shop).await;
        order.ship(&shop, &[("PRINT", 2)]).await;
        let query = "subscription($after: String, $filter: OrderEventFilter) {
            orderEvents(after: $after, filter: $filter) { kind orderId order { status } } }";
        let watch = |filter: Value| shop.subscribe(query, json!({ "after": after, "filter": filter }));
        let mut events = watch(json!({ "ids": [order.id] }));
        for kind in
            ["ORDER_PLACED", "ORDER_CONFIRMED", "FULFILLMENT_CREATED", "FULFILLMENT_SHIPPED", "ORDER_COMPLETED"]
        {
            let event = next(&mut events, "orderEvents").await;
            assert_eq!(event, json!({ "kind": kind, "orderId": order.id, "order": { "status": "COMPLETED" } }));
        }
        for (filter, kind) in [
            (json!({ "statuses": ["COMPLETED"] }), "ORDER_COMPLETED"),
            (json!({ "kinds": ["FULFILLMENT_SHIPPED"] }), "FULFILLMENT_SHIPPED"),
        ] {
            let event = next(&mut watch(filter.clone()), "orderEvents").await;
            assert_eq!((&event["kind"], &event["orderId"]), (&json!(kind), &order.id), "{filter}");
        }
        shop.check().await;
    }

    async fn who_watches_a_product_hears_of_its_variants(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let after = now(&shop).await;
        let made = async |handle: &str| {
            let input = json!({ "handle": handle, "title": handle, "status": "ACTIVE", "variants": [{ "price": "10" }] });
            shop.done("createProduct", input, "product { id variants { nodes { id } } }").await["product"].clone()
        };
        let (_, quiet) = (made("loud").await, made("quiet").await);
        let items = json!({ "items": [{ "id": quiet["variants"]["nodes"][0]["id"], "price": "11" }] });
        shop.done("updateVariants", items, "results { index }").await;
        shop.done("setProductStatus", json!({ "id": quiet["id"], "status": "ARCHIVED" }), "replayed").await;
        let query = "subscription($after: String, $id: ID!) {
            productEvents(after: $after, filter: { ids: [$id] }) { kind productId product { handle } } }";
        let mut events = shop.subscribe(query, json!({ "after": after, "id": quiet["id"] }));
        for kind in ["PRODUCT_CREATED", "PRODUCT_UPDATED", "PRODUCT_STATUS_CHANGED"] {
            let event = next(&mut events, "productEvents").await;
            let expected = json!({ "kind": kind, "productId": quiet["id"], "product": { "handle": "quiet" } });
            assert_eq!(event, expected);
        }
        shop.check().await;
    }
}

/// The place in the log.
async fn now(shop: &ShopFixture) -> String {
    text(&shop.query("{ latestEventCursor }", json!({})).await["latestEventCursor"])
}

/// The next event that a field delivers.
async fn next(events: &mut (impl Stream<Item = Response> + Unpin), field: &str) -> Value {
    let response = events.next().await.expect("an event");
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    data(&response)[field].clone()
}
