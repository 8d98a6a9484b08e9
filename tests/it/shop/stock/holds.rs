//! Pieces kept for a basket.

use chrono::Duration;
use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;

use super::{hold, kept, told};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn all_lines_are_held_or_none(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let print = shop.variant(db, "PRINT").await;
        shop.variant(db, "FRAME").await;
        shop.stock("PRINT", "main", 5).await;
        let lines = json!([
            { "sku": "PRINT", "quantity": 3 }, { "sku": "FRAME", "quantity": 2, "location": "north" },
            { "variantId": print, "quantity": 3 },
        ]);
        let error = shop.refused("reserveStock", json!({ "lines": lines })).await;
        assert_eq!((&error["code"], &error["path"]), (&json!("INSUFFICIENT_STOCK"), &json!(["lines"])));
        let short = error["lines"].as_array().expect("lines");
        let both = json!({ "variantId": print, "sku": "PRINT", "location": null, "requested": 6, "available": 5 });
        assert!(short.len() == 2 && short.contains(&both), "{short:?}");
        assert!(short.iter().any(|line| line["sku"] == "FRAME" && line["location"] == "north"), "{short:?}");
        assert_eq!(shop.shelf("PRINT").await, ["main 5 + 0 reserved"]);

        let lines = json!([{ "sku": "PRINT", "quantity": 2 }, { "sku": "PRINT", "quantity": 3 }]);
        let input = json!({ "lines": lines, "reference": "basket 7" });
        let fields = "hold { id expiresAt reservations { holdId quantity status reference orderId } }";
        let payload = shop.done("reserveStock", input, fields).await;
        let held = &payload["hold"];
        let row = |quantity: i32| json!({
            "holdId": held["id"], "quantity": quantity, "status": "HELD", "reference": "basket 7", "orderId": null,
        });
        assert_eq!(held["reservations"], json!([row(2), row(3)]));
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 5 reserved"]);
        assert_eq!(told(db).await, ["stock.set", "stock.held", "stock.out"]);
        shop.check().await;
    }

    async fn a_hold_needs_lines_that_can_be_kept(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
        shop.variant_with(db, "DIGITAL", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
        shop.stock("PRINT", "main", 5).await;
        let line = |changes: Value| json!({ "lines": [with(json!({ "sku": "PRINT", "quantity": 1 }), changes)] });
        for (input, code) in [
            (json!({ "lines": [] }), "INVALID lines"),
            (json!({ "lines": vec![json!({ "sku": "PRINT", "quantity": 1 }); 1001] }), "LIMIT_REACHED lines"),
            (line(json!({ "quantity": 0 })), "INVALID lines.0.quantity"),
            (line(json!({ "location": "" })), "INVALID lines.0.location"),
            (line(json!({ "location": "north" })), "INSUFFICIENT_STOCK lines"),
            (line(json!({ "sku": "OTHER" })), "NOT_FOUND lines.0.sku"),
            (line(json!({ "sku": null, "variantId": NOBODY })), "NOT_FOUND lines.0.variantId"),
            (line(json!({ "sku": null })), "INVALID lines.0.variantId"),
            (line(json!({ "quantity": i32::MAX })), "INSUFFICIENT_STOCK lines"),
            // What is not there cannot be kept, although it could be ordered.
            (line(json!({ "sku": "LATER" })), "INSUFFICIENT_STOCK lines"),
            (line(json!({ "sku": "DIGITAL" })), "INVALID lines"),
            (with(line(json!({})), json!({ "ttlSeconds": 0 })), "INVALID ttlSeconds"),
            (with(line(json!({})), json!({ "ttlSeconds": 86401 })), "INVALID ttlSeconds"),
            (with(line(json!({})), json!({ "reference": " " })), "INVALID reference"),
        ] {
            assert_eq!(shop.code_and_path("reserveStock", input.clone()).await, code, "{input}");
        }
        hold(&shop, json!([{ "sku": "DIGITAL", "quantity": 9 }, { "sku": "PRINT", "quantity": 1 }])).await;
        assert_eq!(kept(&shop).await, ["HELD 1"]);
        shop.check().await;
    }

    async fn pieces_come_from_the_locations_in_their_order(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        for (location, available) in [("main", 2), ("north", 4), ("damaged", 9)] {
            shop.stock("PRINT", location, available).await;
        }
        let want = |quantity: i32| json!([{ "sku": "PRINT", "quantity": quantity }]);
        assert_eq!(shop.code("reserveStock", json!({ "lines": want(3) })).await, "INSUFFICIENT_STOCK");
        shop.configure("stock.locations", json!(["main", "north"])).await;
        // One place for all of it comes before the first place.
        let whole = hold(&shop, want(3)).await;
        assert_eq!(shop.shelf("PRINT").await, ["damaged 9 + 0 reserved", "main 2 + 0 reserved", "north 1 + 3 reserved"]);
        shop.done("releaseHold", json!({ "holdId": whole }), "reservations { status }").await;
        hold(&shop, want(5)).await;
        assert_eq!(shop.shelf("PRINT").await, ["damaged 9 + 0 reserved", "main 0 + 2 reserved", "north 1 + 3 reserved"]);
        // A line that names its place gets its pieces before others, who may go elsewhere.
        let lines = json!([{ "sku": "PRINT", "quantity": 1 }, { "sku": "PRINT", "quantity": 1, "location": "north" }]);
        assert_eq!(shop.code("reserveStock", json!({ "lines": lines })).await, "INSUFFICIENT_STOCK");
        hold(&shop, json!([{ "sku": "PRINT", "quantity": 9, "location": "damaged" }])).await;
        shop.check().await;
    }

    async fn a_hold_lasts_as_long_as_it_is_extended(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let lines = json!([{ "sku": "PRINT", "quantity": 2 }, { "sku": "PRINT", "quantity": 1 }]);
        let payload = shop.done("reserveStock", json!({ "lines": lines, "ttlSeconds": 60 }), "hold { id }").await;
        let id = json!({ "holdId": payload["hold"]["id"] });
        assert_eq!(shop.pass(50).await.holds, 0);
        shop.done("extendHold", with(id.clone(), json!({ "ttlSeconds": 60 })), "hold { id }").await;
        assert_eq!(shop.pass(59).await.holds, 0);
        assert_eq!(shop.shelf("PRINT").await, ["main 2 + 3 reserved"]);
        // It has lapsed, and still counts until somebody ends it.
        shop.clock().advance(Duration::seconds(100));
        shop.done("extendHold", with(id.clone(), json!({ "ttlSeconds": 10 })), "hold { id }").await;
        assert_eq!(shop.pass(10).await.holds, 2);
        assert_eq!(shop.shelf("PRINT").await, ["main 5 + 0 reserved"]);
        assert_eq!(kept(&shop).await, ["EXPIRED 1", "EXPIRED 2"]);
        for name in ["extendHold", "releaseHold"] {
            assert_eq!(shop.code_and_path(name, id.clone()).await, "HOLD_GONE holdId");
            assert_eq!(shop.code_and_path(name, json!({ "holdId": NOBODY })).await, "NOT_FOUND holdId");
        }
        assert_eq!(shop.code_and_path("extendHold", with(id, json!({ "ttlSeconds": 0 }))).await, "INVALID ttlSeconds");
        assert_eq!(told(db).await, ["stock.set", "stock.held", "stock.released"]);
        shop.check().await;
    }

    async fn the_hold_of_a_draft_is_for_nobody_else(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let lines = json!([{ "sku": "PRINT", "quantity": 3 }]);
        let draft = json!({ "email": "a@example.com", "lines": lines, "holdMinutes": 10 });
        let draft = shop.done("createDraftOrder", draft, "order { id }").await["order"]["id"].clone();
        let held = shop.query("{ stockReservations { nodes { holdId } } }", json!({})).await;
        let held = held["stockReservations"]["nodes"][0]["holdId"].clone();
        for name in ["extendHold", "releaseHold"] {
            assert_eq!(shop.code_and_path(name, json!({ "holdId": held })).await, "HOLD_GONE holdId", "{name}");
        }
        let other = json!({ "email": "b@example.com", "lines": lines, "holdId": held });
        assert_eq!(shop.code_and_path("placeOrder", other).await, "HOLD_GONE holdId");
        assert_eq!(shop.shelf("PRINT").await, ["main 2 + 3 reserved"]);
        shop.done("placeOrder", json!({ "draftId": draft, "holdId": held }), "order { id }").await;
        assert_eq!(kept(&shop).await, ["ORDERED 3"]);
        shop.check().await;
    }

    async fn what_is_released_is_free_again(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let id = hold(&shop, json!([{ "sku": "PRINT", "quantity": 5 }])).await;
        let other = json!({ "lines": [{ "sku": "PRINT", "quantity": 1 }] });
        assert_eq!(shop.code("reserveStock", other.clone()).await, "INSUFFICIENT_STOCK");
        let payload = shop.done("releaseHold", json!({ "holdId": id }), "reservations { status quantity expiresAt }").await;
        assert_eq!(payload["reservations"], json!([{ "status": "RELEASED", "quantity": 5, "expiresAt": null }]));
        assert_eq!(shop.code_and_path("releaseHold", json!({ "holdId": id })).await, "HOLD_GONE holdId");
        shop.done("reserveStock", other, "hold { id }").await;
        assert_eq!(shop.shelf("PRINT").await, ["main 4 + 1 reserved"]);
        shop.check().await;
    }

    async fn an_agent_needs_the_capability(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let agent = Principal { agent: Some(shop.orchestrator), ..ShopFixture::somebody(Role::Agent, "agent") };
        let agent = shop.acting(agent);
        let lines = json!({ "lines": [{ "sku": "PRINT", "quantity": 1 }] });
        assert_eq!(agent.code("reserveStock", lines.clone()).await, "FORBIDDEN");
        let capability = json!({
            "agentId": shop.orchestrator, "capabilityType": "commerce", "capabilityName": "stock",
        });
        shop.done("setAgentCapability", capability, "replayed").await;
        agent.done("reserveStock", lines, "hold { id }").await;
        shop.check().await;
    }
}
