//! Packing parcels: what can be in one, and where it leaves from.

use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{Ordered, PARCEL, done, moved, refused, shop};
use crate::shop::fixture::{NOBODY, text, with};

on_both_engines! {
    async fn a_parcel_takes_what_is_in_no_other(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 5)]).await;
        let packed = shop.done("createFulfillment", order.parcel("main", &[("PRINT", 2)]), PARCEL).await;
        let parcel = &packed["fulfillment"];
        assert_eq!((&parcel["status"], &parcel["location"], &parcel["shippedAt"]), (&json!("PREPARING"), &json!("main"), &json!(null)));
        assert_eq!(parcel["lines"]["nodes"], json!([{ "quantity": 2 }]));
        assert_eq!(packed["order"], json!({ "status": "PROCESSING", "fulfillmentStatus": "UNFULFILLED" }));
        let too_many = order.parcel("main", &[("PRINT", 4)]);
        assert_eq!(shop.code_and_path("createFulfillment", too_many).await, "INVALID lines.0.quantity");
        order.pack(&shop, &[("PRINT", 3)]).await;
        let one_more = order.parcel("main", &[("PRINT", 1)]);
        assert_eq!(shop.code_and_path("createFulfillment", one_more).await, "INVALID lines.0.quantity");
        assert_eq!(shop.shelf("PRINT").await, ["main 5 + 5 reserved"], "packing moves nothing");
        assert_eq!(moved(&shop).await, [""; 0]);
        let told = ["order.placed", "order.confirmed", "fulfillment.created", "order.updated", "fulfillment.created"];
        assert_eq!(order.told(db).await, told);
        shop.check().await;
    }

    async fn what_is_kept_elsewhere_moves_to_where_the_parcel_leaves_from(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.stock("PRINT", "north", 3).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 4)]).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 6 + 4 reserved", "north 3 + 0 reserved"]);
        for (location, pieces) in [("north", 4), ("south", 1)] {
            let input = order.parcel(location, &[("PRINT", pieces)]);
            assert_eq!(shop.code_and_path("createFulfillment", input).await, "INSUFFICIENT_STOCK lines", "{location}");
        }
        let north = order.parcel("north", &[("PRINT", 2)]);
        let north = shop.done("createFulfillment", north, PARCEL).await["fulfillment"]["id"].clone();
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 2 reserved", "north 1 + 2 reserved"]);
        // What lies ready there is in another parcel.
        let input = with(order.parcel("north", &[("PRINT", 1)]), json!({ "shipped": true }));
        shop.done("createFulfillment", input, PARCEL).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 1 reserved", "north 0 + 2 reserved"]);
        done(&shop, "shipFulfillment", &north).await;
        order.ship(&shop, &[("PRINT", 1)]).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 0 reserved", "north 0 + 0 reserved"]);
        assert_eq!(moved(&shop).await, ["SHIP -1 main", "SHIP -1 north", "SHIP -2 north"]);
        shop.check().await;
    }

    async fn all_that_a_place_lacks_is_said(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant(db, "FRAME").await;
        for (sku, location, available) in [("FRAME", "main", 2), ("FRAME", "north", 1), ("PRINT", "north", 1)] {
            shop.stock(sku, location, available).await;
        }
        let order = Ordered::confirmed(&shop, &[("PRINT", 2), ("FRAME", 2)]).await;
        let parcel = order.parcel("north", &[("PRINT", 2), ("FRAME", 2)]);
        let refused = shop.refused("createFulfillment", parcel).await;
        assert_eq!(refused["code"], "INSUFFICIENT_STOCK");
        let short = refused["lines"].as_array().expect("a list").iter();
        let show = |line: &Value| format!("{} {} of {}", text(&line["sku"]), line["available"], line["requested"]);
        let mut short: Vec<String> = short.map(show).collect();
        short.sort();
        assert_eq!(short, ["FRAME 1 of 2", "PRINT 1 of 2"]);
        let parcel = order.parcel("north", &[("FRAME", 1), ("PRINT", 1)]);
        let parcel = with(parcel, json!({ "shipped": true, "trackingNumber": "1Z 999" }));
        shop.done("createFulfillment", parcel, PARCEL).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 1 reserved", "north 0 + 0 reserved"]);
        assert_eq!(shop.shelf("FRAME").await, ["main 1 + 1 reserved", "north 0 + 0 reserved"]);
        let changes: Vec<Value> = order.events(db).await.into_iter().map(|event| event.changes).collect();
        assert!(changes.iter().any(|change| change["trackingNumber"] == "•••"), "{changes:?}");
        shop.check().await;
    }

    async fn what_is_still_to_come_is_in_no_parcel(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
        shop.stock("LATER", "main", 1).await;
        let order = Ordered::confirmed(&shop, &[("LATER", 3), ("PRINT", 1)]).await;
        let refused = shop.refused("createFulfillment", order.parcel("main", &[("LATER", 2), ("PRINT", 1)])).await;
        assert_eq!((&refused["code"], &refused["path"]), (&json!("INSUFFICIENT_STOCK"), &json!(["lines"])));
        let [line] = &refused["lines"].as_array().expect("a list")[..] else { panic!("one line is short: {refused}") };
        assert_eq!((&line["sku"], &line["requested"], &line["available"]), (&json!("LATER"), &json!(2), &json!(1)));
        order.ship(&shop, &[("LATER", 1), ("PRINT", 1)]).await;
        let receipt = json!({ "items": [{ "sku": "LATER", "location": "main", "quantity": 2 }] });
        shop.done("receiveStock", receipt, "replayed").await;
        order.ship(&shop, &[("LATER", 2)]).await;
        assert_eq!(order.statuses(&shop).await, "PROCESSING FULFILLED");
        assert_eq!(shop.shelf("LATER").await, ["main 0 + 0 reserved"]);
        shop.check().await;
    }

    async fn what_is_not_counted_leaves_from_anywhere(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant_with(db, "DIGITAL", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
        let order = Ordered::confirmed(&shop, &[("DIGITAL", 9)]).await;
        let parcel = order.pack(&shop, &[("DIGITAL", 4)]).await;
        let too_many = order.parcel("the cloud", &[("DIGITAL", 6)]);
        assert_eq!(shop.code_and_path("createFulfillment", too_many).await, "INVALID lines.0.quantity");
        let rest = with(order.parcel("the cloud", &[("DIGITAL", 5)]), json!({ "shipped": true }));
        shop.done("createFulfillment", rest, PARCEL).await;
        assert_eq!(order.statuses(&shop).await, "PROCESSING PARTIAL");
        done(&shop, "shipFulfillment", &parcel).await;
        assert_eq!(order.statuses(&shop).await, "PROCESSING FULFILLED");
        assert_eq!(moved(&shop).await, [""; 0]);
        shop.check().await;
    }

    async fn an_unpacked_parcel_leaves_its_pieces_to_others(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        let parcel = order.pack(&shop, &[("PRINT", 3)]).await;
        let cancelled = done(&shop, "cancelFulfillment", &parcel).await;
        assert_eq!(cancelled["fulfillment"]["status"], "CANCELLED");
        assert_eq!(cancelled["order"], json!({ "status": "PROCESSING", "fulfillmentStatus": "UNFULFILLED" }));
        assert_eq!(shop.shelf("PRINT").await, ["main 7 + 3 reserved"], "they are kept as before");
        assert_eq!(refused(&shop, "shipFulfillment", &parcel).await, "INVALID_TRANSITION id");
        let parcel = order.pack(&shop, &[("PRINT", 2)]).await;
        // With the order its parcels end.
        shop.done("cancelOrder", json!({ "id": order.id }), "replayed").await;
        assert_eq!(refused(&shop, "shipFulfillment", &parcel).await, "INVALID_TRANSITION id");
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        assert_eq!(order.told(db).await.iter().filter(|kind| *kind == "fulfillment.cancelled").count(), 2);
        shop.check().await;
    }

    async fn what_is_no_parcel_is_refused_at_its_place(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        let other = Ordered::confirmed(&shop, &[("PRINT", 1)]).await;
        let line = |quantity: i64| json!({ "lines": [{ "itemId": order.item("PRINT"), "quantity": quantity }] });
        let one = order.lines(&[("PRINT", 1)])[0].clone();
        for (changes, refusal) in [
            (json!({ "orderId": NOBODY }), "NOT_FOUND orderId"),
            (json!({ "lines": [] }), "INVALID lines"),
            (json!({ "lines": vec![one.clone(); 1001] }), "LIMIT_REACHED lines"),
            (json!({ "lines": [one, one] }), "INVALID lines.1.itemId"),
            (json!({ "lines": [one, { "itemId": NOBODY, "quantity": 1 }] }), "NOT_FOUND lines.1.itemId"),
            (json!({ "lines": other.lines(&[("PRINT", 1)]) }), "NOT_FOUND lines.0.itemId"),
            (line(0), "INVALID lines.0.quantity"),
            (line(-1), "INVALID lines.0.quantity"),
            (line(4), "INVALID lines.0.quantity"),
            (line(i32::MAX.into()), "INVALID lines.0.quantity"),
            (json!({ "location": " " }), "INVALID location"),
            (json!({ "location": "x".repeat(256) }), "INVALID location"),
            (json!({ "location": "a\u{0}b" }), "INVALID location"),
            (json!({ "carrier": "" }), "INVALID carrier"),
            (json!({ "carrier": "x".repeat(101) }), "INVALID carrier"),
            (json!({ "trackingNumber": "x".repeat(256) }), "INVALID trackingNumber"),
            (json!({ "trackingUrl": "javascript:alert(1)" }), "INVALID trackingUrl"),
            (json!({ "trackingUrl": format!("https://{}", "x".repeat(2000)) }), "INVALID trackingUrl"),
        ] {
            let input = with(order.parcel("main", &[("PRINT", 1)]), changes);
            assert_eq!(shop.code_and_path("createFulfillment", input).await, refusal);
        }
        for name in ["shipFulfillment", "deliverFulfillment", "cancelFulfillment"] {
            assert_eq!(refused(&shop, name, &json!(NOBODY)).await, "NOT_FOUND id", "{name}");
        }
        assert_eq!(order.statuses(&shop).await, "CONFIRMED UNFULFILLED");
        shop.check().await;
    }

    async fn a_repeated_call_packs_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        let input = with(order.parcel("main", &[("PRINT", 1)]), json!({ "shipped": true, "idempotencyKey": "parcel 1" }));
        let [first, second]: [Value; 2] = [
            shop.done("createFulfillment", input.clone(), "fulfillment { id } replayed").await,
            shop.done("createFulfillment", input, "fulfillment { id } replayed").await,
        ];
        assert_eq!((&first["fulfillment"], &second["replayed"]), (&second["fulfillment"], &json!(true)));
        assert_eq!(text(&first["fulfillment"]["id"]).len(), 36);
        assert_eq!(order.pieces(&shop).await, ["PRINT 1 of 3, 0 back"]);
        shop.check().await;
    }
}
