//! Returns until the goods come: who may ask for what, and what is decided.

use chrono::Duration;
use serde_json::json;
use service::principal::Role;
use tests::on_both_engines;

use super::{Ordered, RETURN, done, refused, shop};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn what_was_shipped_can_come_back_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        order.ship(&shop, &[("PRINT", 2)]).await;
        let too_many = order.back(&[("PRINT", 3)]);
        assert_eq!(shop.code_and_path("requestReturn", too_many).await, "INVALID lines.0.quantity");
        let asked = with(order.back(&[("PRINT", 1)]), json!({ "note": "the blue one" }));
        let asked = shop.done("requestReturn", asked, RETURN).await;
        let back = &asked["orderReturn"];
        assert_eq!((&back["status"], &back["reason"], &back["note"]), (&json!("REQUESTED"), &json!("too large"), &json!("the blue one")));
        let line = json!({ "quantity": 1, "receivedQuantity": 0, "restockedQuantity": 0, "location": null });
        assert_eq!(back["lines"]["nodes"], json!([line]));
        assert_eq!(asked["order"]["fulfillmentStatus"], "PARTIAL");
        let too_many = order.back(&[("PRINT", 2)]);
        assert_eq!(shop.code_and_path("requestReturn", too_many).await, "INVALID lines.0.quantity");
        order.ask_back(&shop, &[("PRINT", 1)]).await;
        // What does not come back after all can be asked for again.
        let cancelled = done(&shop, "cancelReturn", &back["id"]).await;
        assert_eq!(cancelled["orderReturn"]["status"], "CANCELLED");
        order.ask_back(&shop, &[("PRINT", 1)]).await;
        let one_more = order.back(&[("PRINT", 1)]);
        assert_eq!(shop.code_and_path("requestReturn", one_more).await, "INVALID lines.0.quantity");
        assert_eq!(shop.shelf("PRINT").await, ["main 7 + 1 reserved"], "nothing came back yet");
        shop.check().await;
    }

    async fn a_return_is_decided_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 2)]).await;
        order.ship(&shop, &[("PRINT", 2)]).await;
        let asked = with(order.back(&[("PRINT", 1)]), json!({ "note": "it is torn" }));
        let first = shop.done("requestReturn", asked, RETURN).await["orderReturn"]["id"].clone();
        let no = json!({ "id": first, "approve": false, "comment": "torn by you", "expectedVersion": 1 });
        let decided = shop.done("decideReturn", no, RETURN).await["orderReturn"].take();
        assert_eq!((&decided["status"], &decided["note"]), (&json!("REFUSED"), &json!("it is torn\ntorn by you")));
        assert!(decided["decidedAt"].is_string());
        let again = json!({ "id": first, "approve": true });
        assert_eq!(shop.code_and_path("decideReturn", again).await, "INVALID_TRANSITION id");
        let stale = json!({ "id": first, "approve": true, "expectedVersion": 1 });
        assert_eq!(shop.code_and_path("decideReturn", stale).await, "VERSION_CONFLICT expectedVersion");
        let second = order.approved_back(&shop, &[("PRINT", 2)]).await;
        let seen = shop.query("query($id: ID!) { orderReturn(id: $id) { status note } }", json!({ "id": second })).await;
        assert_eq!(seen["orderReturn"], json!({ "status": "APPROVED", "note": null }));
        let told = order.told(db).await;
        let returns: Vec<&String> = told.iter().filter(|kind| kind.starts_with("return")).collect();
        assert_eq!(returns, ["return.requested", "return.refused", "return.requested", "return.approved"]);
        shop.check().await;
    }

    async fn agents_take_back_what_is_in_time(db: &TestDatabase) {
        let shop = shop(db).await;
        let agents = shop.acting(ShopFixture::somebody(Role::Orchestrator, "orchestrator"));
        let order = Ordered::confirmed(&shop, &[("PRINT", 4)]).await;
        let early = order.ship(&shop, &[("PRINT", 1)]).await;
        let late = order.ship(&shop, &[("PRINT", 1)]).await;
        order.ship(&shop, &[("PRINT", 1)]).await;
        done(&shop, "deliverFulfillment", &early).await;
        shop.clock().advance(Duration::days(20));
        done(&shop, "deliverFulfillment", &late).await;
        shop.clock().advance(Duration::days(10));
        // On its last day all of it is in time.
        let asked = json!({ "id": order.ask_back(&agents, &[("PRINT", 3)]).await });
        agents.done("cancelReturn", asked, RETURN).await;
        shop.clock().advance(Duration::seconds(1));
        let all = order.back(&[("PRINT", 3)]);
        assert_eq!(agents.code_and_path("requestReturn", all).await, "DEADLINE_PASSED lines.0.quantity");
        // One is late by now; one has not even arrived.
        order.ask_back(&agents, &[("PRINT", 2)]).await;
        let last = order.back(&[("PRINT", 1)]);
        assert_eq!(agents.code("requestReturn", last).await, "DEADLINE_PASSED", "the late one was not asked for");
        shop.check().await;
    }

    async fn people_take_back_what_is_late(db: &TestDatabase) {
        let shop = shop(db).await;
        let agents = shop.acting(ShopFixture::somebody(Role::Orchestrator, "orchestrator"));
        let operator = shop.acting(ShopFixture::somebody(Role::Operator, "operator"));
        let order = Ordered::confirmed(&shop, &[("PRINT", 2)]).await;
        let parcel = order.ship(&shop, &[("PRINT", 2)]).await;
        done(&shop, "deliverFulfillment", &parcel).await;
        shop.clock().advance(Duration::days(40));
        let one = order.back(&[("PRINT", 1)]);
        assert_eq!(agents.code("requestReturn", one.clone()).await, "DEADLINE_PASSED");
        operator.done("requestReturn", one.clone(), RETURN).await;
        assert_eq!(agents.code("requestReturn", one.clone()).await, "DEADLINE_PASSED");
        shop.configure("returns.windowDays", json!(40)).await;
        agents.done("requestReturn", one, RETURN).await;
        shop.check().await;
    }

    async fn what_is_no_return_is_refused_at_its_place(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::shipped(&shop).await;
        let one = order.lines(&[("PRINT", 1)])[0].clone();
        for (changes, refusal) in [
            (json!({ "orderId": NOBODY }), "NOT_FOUND orderId"),
            (json!({ "lines": [] }), "INVALID lines"),
            (json!({ "lines": vec![one.clone(); 1001] }), "LIMIT_REACHED lines"),
            (json!({ "lines": [one, one] }), "INVALID lines.1.itemId"),
            (json!({ "lines": [{ "itemId": NOBODY, "quantity": 1 }] }), "NOT_FOUND lines.0.itemId"),
            (json!({ "lines": [{ "itemId": order.item("PRINT"), "quantity": 0 }] }), "INVALID lines.0.quantity"),
            (json!({ "lines": [{ "itemId": order.item("PRINT"), "quantity": i32::MAX }] }), "INVALID lines.0.quantity"),
            (json!({ "reason": "" }), "INVALID reason"),
            (json!({ "reason": "x".repeat(101) }), "INVALID reason"),
            (json!({ "reason": "a\u{0}b" }), "INVALID reason"),
            (json!({ "note": " " }), "INVALID note"),
            (json!({ "note": "x".repeat(10_001) }), "INVALID note"),
        ] {
            let input = with(order.back(&[("PRINT", 1)]), changes);
            assert_eq!(shop.code_and_path("requestReturn", input).await, refusal);
        }
        let back = order.ask_back(&shop, &[("PRINT", 1)]).await;
        for (name, input, refusal) in [
            ("decideReturn", json!({ "id": NOBODY, "approve": true }), "NOT_FOUND id"),
            ("decideReturn", json!({ "id": back, "approve": true, "comment": "" }), "INVALID comment"),
            ("cancelReturn", json!({ "id": NOBODY }), "NOT_FOUND id"),
            ("cancelReturn", json!({ "id": back, "expectedVersion": 2 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            assert_eq!(shop.code_and_path(name, input).await, refusal, "{name}");
        }
        assert_eq!(refused(&shop, "cancelReturn", &json!(NOBODY)).await, "NOT_FOUND id");
        shop.check().await;
    }
}
