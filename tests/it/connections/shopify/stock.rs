//! Stock.

use entity::{events, system_events};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    Shopify,
    payload::{at, order, paid},
};

fn level(available: i32, seconds: i64) -> Value {
    json!({ "inventory_item_id": 341_629, "location_id": 655_441_491, "available": available, "updated_at": at(seconds) })
}

on_both_engines! {
    async fn shopify_counts_what_is_available(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("orders/create", 0, order(1, 0, json!({}))).await, "Processed");
        assert_eq!(shopify.tells("inventory_levels/update", 5, level(8, 5)).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 8 + 2 reserved"]);
        let stale = shopify.tells("inventory_levels/update", 4, level(9, 4)).await;
        assert_eq!(stale, "Ignored a later count is known");
        assert_eq!(shopify.tells("inventory_levels/update", 6, level(-3, 6)).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 0 + 2 reserved"]);
        shopify.shop.check().await;
    }

    async fn locations_are_those_that_the_shop_names(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        shopify.shop.configure("shopify.locations", json!({ "655441491": "annex" })).await;
        assert_eq!(shopify.tells("inventory_levels/update", 5, level(4, 5)).await, "Processed");
        let mut shelf = shopify.shop.shelf("PRINT").await;
        shelf.sort();
        assert_eq!(shelf, ["annex 4 + 0 reserved", "main 10 + 0 reserved"]);
        let mut other = level(4, 6);
        other["location_id"] = json!(1);
        assert!(shopify.tells("inventory_levels/update", 6, other).await.starts_with("Ignored"));
        let mut unknown = level(4, 6);
        unknown["inventory_item_id"] = json!(2);
        assert!(shopify.tells("inventory_levels/update", 6, unknown).await.starts_with("Waiting"));
        shopify.shop.check().await;
    }

    async fn a_count_beyond_the_edition_waits_for_the_order(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let query = "{ productVariants(filter: { sku: { eq: \"PRINT\" } }) { nodes { id } } }";
        let variant = shopify.shop.query(query, json!({})).await["productVariants"]["nodes"][0]["id"].take();
        let limit = json!({ "items": [{ "id": variant, "editionSize": 10 }] });
        shopify.shop.done("updateVariants", limit, "results { userErrors { message } }").await;
        assert_eq!(shopify.tells("inventory_levels/update", 4, level(8, 4)).await, "Processed");
        assert_eq!(shopify.tells("orders/create", 5, order(1, 5, json!({}))).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 8 + 2 reserved"]);
        // The order is cancelled there, and its pieces are counted again, before the cancellation is known here.
        let early = shopify.stores("inventory_levels/update", 20, level(10, 20)).await;
        shopify.shop.pass(0).await;
        assert!(shopify.became(early).await.starts_with("Waiting the edition has 10 pieces"));
        let cancelled = order(1, 20, json!({ "financial_status": "voided", "cancelled_at": at(20) }));
        assert_eq!(shopify.tells("orders/cancelled", 20, cancelled).await, "Processed");
        shopify.shop.pass(600).await;
        assert_eq!(shopify.became(early).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        shopify.shop.check().await;
    }

    async fn where_the_shop_counts_differences_are_told_and_sold_out_pieces_backordered(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        shopify.shop.configure("shopify.stockMode", json!("OWN")).await;
        assert_eq!(shopify.tells("inventory_levels/update", 5, level(4, 5)).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        let told = system_events::Entity::find().all(db.connection()).await.expect("read");
        assert_eq!(told.iter().filter(|event| event.event_type == "stock.counts_differ").count(), 1);
        shopify.shop.stock("PRINT", "main", 1).await;
        assert_eq!(shopify.tells("orders/paid", 10, order(1, 10, paid())).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 0 + 1 reserved"]);
        let told = events::Entity::find().all(db.connection()).await.expect("read");
        assert_eq!(told.iter().filter(|event| event.kind == "order.oversold").count(), 1);
        let tasks = "{ tasks(filter: { taskType: { eq: \"resolve_oversold\" } }) { totalCount } }";
        assert_eq!(shopify.shop.query(tasks, json!({})).await["tasks"]["totalCount"], 1);
        // Pieces that come in go to the order.
        shopify.shop.stock("PRINT", "main", 3).await;
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 2 + 2 reserved"]);
        shopify.shop.check().await;
    }
}
