//! Parcels on their way.

use entity::{events, sea_orm_active_enums::StockPolicy};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use tests::{TestDatabase, on_both_engines};

use super::{Ordered, PARCEL, done, moved, shop};
use crate::shop::fixture::{refusal, with};

on_both_engines! {
    async fn what_leaves_is_off_the_stock(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant(db, "FRAME").await;
        shop.stock("FRAME", "main", 4).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 5), ("FRAME", 2)]).await;
        let first = with(order.parcel("main", &[("PRINT", 2)]), json!({ "shipped": true, "carrier": "UPS" }));
        let first = shop.done("createFulfillment", first, PARCEL).await;
        let parcel = &first["fulfillment"];
        assert_eq!((&parcel["status"], &parcel["carrier"], &parcel["version"]), (&json!("SHIPPED"), &json!("UPS"), &json!(2)));
        assert_eq!(first["order"], json!({ "status": "PROCESSING", "fulfillmentStatus": "PARTIAL" }));
        assert_eq!(shop.shelf("PRINT").await, ["main 5 + 3 reserved"]);
        assert_eq!(order.pieces(&shop).await, ["PRINT 2 of 5, 0 back", "FRAME 0 of 2, 0 back"]);

        let second = order.pack(&shop, &[("FRAME", 2), ("PRINT", 3)]).await;
        let tracking = json!({ "trackingNumber": "1Z 999", "trackingUrl": "https://example.com/1Z999" });
        let input = with(json!({ "id": second, "expectedVersion": 1 }), tracking);
        let shipped = shop.done("shipFulfillment", input.clone(), PARCEL).await;
        let parcel = &shipped["fulfillment"];
        assert_eq!((&parcel["trackingNumber"], &parcel["trackingUrl"]), (&input["trackingNumber"], &input["trackingUrl"]));
        assert_eq!(shipped["order"], json!({ "status": "PROCESSING", "fulfillmentStatus": "FULFILLED" }));
        assert_eq!(shop.shelf("PRINT").await, ["main 5 + 0 reserved"]);
        assert_eq!(shop.shelf("FRAME").await, ["main 2 + 0 reserved"]);
        assert_eq!(moved(&shop).await, ["SHIP -2 main", "SHIP -2 main", "SHIP -3 main"]);
        assert_eq!(order.pieces(&shop).await, ["PRINT 5 of 5, 0 back", "FRAME 2 of 2, 0 back"]);
        assert_eq!(shop.code_and_path("shipFulfillment", input).await, "VERSION_CONFLICT expectedVersion");
        let told = order.told(db).await;
        let parcels: Vec<&String> = told.iter().filter(|kind| kind.starts_with("fulfillment")).collect();
        let expected = ["created", "shipped", "created", "shipped"].map(|what| format!("fulfillment.{what}"));
        assert_eq!(parcels, expected.iter().collect::<Vec<_>>());
        shop.check().await;
    }

    async fn an_order_that_is_out_and_paid_is_completed(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 2)]).await;
        let first = order.ship(&shop, &[("PRINT", 1)]).await;
        order.pay(&shop).await;
        assert_eq!(order.statuses(&shop).await, "PROCESSING PARTIAL");
        order.ship(&shop, &[("PRINT", 1)]).await;
        assert_eq!(order.statuses(&shop).await, "COMPLETED FULFILLED");
        let delivered = done(&shop, "deliverFulfillment", &first).await;
        assert_eq!(delivered["fulfillment"]["status"], "DELIVERED");
        assert!(delivered["fulfillment"]["deliveredAt"].is_string());
        assert_eq!(delivered["order"]["status"], "COMPLETED");
        assert_eq!(order.told(db).await.last().map(String::as_str), Some("fulfillment.delivered"));
        shop.check().await;
    }

    async fn nobody_is_asked_to_ship_what_is_out(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 2)]).await;
        let asked = async || {
            let answer = shop.query("{ tasks(first: 100) { nodes { taskType status } } }", json!({})).await;
            let tasks = answer["tasks"]["nodes"].as_array().expect("a list").clone();
            let asked = tasks.into_iter().find(|task| task["taskType"] == "ship_order");
            asked.expect("somebody was asked")["status"].clone()
        };
        order.ship(&shop, &[("PRINT", 1)]).await;
        assert_eq!(asked().await, "PENDING");
        order.ship(&shop, &[("PRINT", 1)]).await;
        assert_eq!(asked().await, "CANCELLED");
        shop.check().await;
    }

    async fn pieces_that_will_not_ship_need_no_parcel(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        order.ship(&shop, &[("PRINT", 1)]).await;
        let fewer = json!([{ "itemId": order.item("PRINT"), "quantity": 2 }]);
        shop.done("editOrder", json!({ "id": order.id, "changes": fewer }), "replayed").await;
        let too_many = order.parcel("main", &[("PRINT", 2)]);
        assert_eq!(shop.code_and_path("createFulfillment", too_many).await, "INVALID lines.0.quantity");
        order.ship(&shop, &[("PRINT", 1)]).await;
        assert_eq!(order.statuses(&shop).await, "PROCESSING FULFILLED");
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        shop.check().await;
    }

    async fn pieces_that_left_before_count_for_an_edition(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        order.ship(&shop, &[("PRINT", 3)]).await;
        let variant = async || {
            let query = "{ productVariantBySku(sku: \"PRINT\") { id editionSold isAvailable } }";
            shop.query(query, json!({})).await["productVariantBySku"].take()
        };
        let before = variant().await;
        assert_eq!((&before["editionSold"], &before["isAvailable"]), (&json!(3), &json!(true)));
        let resize = async |size: i32| {
            let items = json!([{ "id": before["id"], "editionSize": size }]);
            let fields = "results { userErrors { code path } }";
            shop.done("updateVariants", json!({ "items": items }), fields).await["results"][0].clone()
        };
        let small = resize(9).await;
        assert_eq!(refusal(&small), "INVALID items.0.editionSize", "seven are there");
        assert_eq!(resize(10).await["userErrors"], json!([]));
        let back = order.approved_back(&shop, &[("PRINT", 3)]).await;
        let received = json!({ "id": back, "lines": order.lines(&[("PRINT", 3)]) });
        shop.done("receiveReturn", received, "replayed").await;
        assert_eq!(variant().await["editionSold"], 0);
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        shop.check().await;
    }

    async fn the_last_pieces_of_an_edition_are_told(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant_with(db, "EDITION", |variant| variant.edition_size = Set(Some(20))).await;
        shop.stock("EDITION", "main", 20).await;
        let order = Ordered::confirmed(&shop, &[("EDITION", 20)]).await;
        for (pieces, expected) in [
            (18, vec![]),
            (1, vec!["variant.edition_low"]),
            (1, vec!["variant.edition_low", "variant.sold_out"]),
        ] {
            order.ship(&shop, &[("EDITION", pieces)]).await;
            assert_eq!(told_of_variants(db).await, expected);
        }
        let more = json!({ "items": [{ "sku": "EDITION", "location": "main", "quantity": 1 }] });
        let received = shop.done("receiveStock", more, "results { userErrors { code path } }").await;
        assert_eq!(refusal(&received["results"][0]), "INVALID items.0.quantity", "there will be no more");
        shop.check().await;
    }

    async fn an_edition_is_sold_when_it_leaves(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant_with(db, "EDITION", |variant| {
            variant.stock_policy = Set(StockPolicy::Deny);
            variant.edition_size = Set(Some(2));
        })
        .await;
        shop.stock("EDITION", "main", 2).await;
        let order = Ordered::confirmed(&shop, &[("EDITION", 2)]).await;
        let sold = async || {
            let query = "{ productVariantBySku(sku: \"EDITION\") { editionSold isAvailable } }";
            shop.query(query, json!({})).await["productVariantBySku"].take()
        };
        assert_eq!(sold().await["editionSold"], 0);
        order.ship(&shop, &[("EDITION", 2)]).await;
        assert_eq!(sold().await, json!({ "editionSold": 2, "isAvailable": false }));
        let back = order.approved_back(&shop, &[("EDITION", 1)]).await;
        let received = json!({ "id": back, "lines": order.lines(&[("EDITION", 1)]) });
        shop.done("receiveReturn", received, "replayed").await;
        assert_eq!(sold().await, json!({ "editionSold": 1, "isAvailable": false }));
        assert_eq!(shop.shelf("EDITION").await, ["main 1 + 0 reserved"]);
        shop.check().await;
    }
}

/// The kinds of the events of variants, in their order.
async fn told_of_variants(db: &TestDatabase) -> Vec<String> {
    let mut found = events::Entity::find().all(db.connection()).await.expect("events");
    found.retain(|event| event.kind.starts_with("variant."));
    found.sort_by_key(|event| (event.transaction_number, event.position));
    found.into_iter().map(|event| event.kind).collect()
}
