//! Goods that come back.

use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;

use super::{Ordered, RETURN, done, moved, refused, shop};
use crate::shop::fixture::{NOBODY, ShopFixture, text, with};

on_both_engines! {
    async fn goods_come_back_in_parts(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        order.ship(&shop, &[("PRINT", 3)]).await;
        let back = order.approved_back(&shop, &[("PRINT", 2)]).await;
        let first = receive(&shop, &back, order.item("PRINT"), json!({ "quantity": 1 })).await;
        assert_eq!(first["orderReturn"]["status"], "APPROVED", "one is still to come");
        let line = json!({ "quantity": 2, "receivedQuantity": 1, "restockedQuantity": 1, "location": "main" });
        assert_eq!(first["orderReturn"]["lines"]["nodes"], json!([line]));
        assert_eq!(order.pieces(&shop).await, ["PRINT 3 of 3, 1 back"]);
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        let too_many = json!({ "id": back, "lines": order.lines(&[("PRINT", 2)]) });
        assert_eq!(shop.code_and_path("receiveReturn", too_many).await, "INVALID lines.0.quantity");
        // The other one is broken.
        let broken = json!({ "quantity": 1, "restockedQuantity": 0 });
        let second = receive(&shop, &back, order.item("PRINT"), broken).await;
        assert_eq!(second["orderReturn"]["status"], "RECEIVED");
        assert!(second["orderReturn"]["receivedAt"].is_string());
        assert_eq!(second["order"]["fulfillmentStatus"], "FULFILLED");
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        assert_eq!(moved(&shop).await, ["RETURN 1 main", "SHIP -3 main"]);
        assert_eq!(refused(&shop, "cancelReturn", &back).await, "INVALID_TRANSITION id");

        let last = order.approved_back(&shop, &[("PRINT", 1)]).await;
        let north = json!({ "quantity": 1, "location": "north" });
        let third = receive(&shop, &last, order.item("PRINT"), north).await;
        assert_eq!(third["order"], json!({ "status": "PROCESSING", "financialStatus": "PENDING", "fulfillmentStatus": "RESTOCKED" }));
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved", "north 1 + 0 reserved"]);
        assert_eq!(order.told(db).await.iter().filter(|kind| *kind == "return.received").count(), 3);
        shop.check().await;
    }

    async fn who_waits_gets_what_came_back(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
        shop.stock("LATER", "main", 1).await;
        let first = Ordered::confirmed(&shop, &[("LATER", 1)]).await;
        first.ship(&shop, &[("LATER", 1)]).await;
        let second = Ordered::confirmed(&shop, &[("LATER", 1)]).await;
        let waiting = second.parcel("main", &[("LATER", 1)]);
        assert_eq!(shop.code("createFulfillment", waiting).await, "INSUFFICIENT_STOCK");
        let back = first.approved_back(&shop, &[("LATER", 1)]).await;
        receive(&shop, &back, first.item("LATER"), json!({ "quantity": 1 })).await;
        assert_eq!(shop.shelf("LATER").await, ["main 0 + 1 reserved"]);
        second.ship(&shop, &[("LATER", 1)]).await;
        assert_eq!(second.statuses(&shop).await, "PROCESSING FULFILLED");
        shop.check().await;
    }

    async fn what_came_back_can_be_refunded_at_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 2)]).await;
        order.pay(&shop).await;
        order.ship(&shop, &[("PRINT", 2)]).await;
        let back = order.approved_back(&shop, &[("PRINT", 2)]).await;
        let one = json!({ "id": back, "lines": order.lines(&[("PRINT", 1)]), "refund": true });
        let first = shop.done("receiveReturn", one.clone(), RETURN).await;
        assert_eq!(first["orderReturn"]["refunds"]["nodes"], json!([{ "status": "SUCCEEDED", "amount": "100.00" }]));
        let statuses = json!({ "status": "COMPLETED", "financialStatus": "PARTIALLY_REFUNDED", "fulfillmentStatus": "FULFILLED" });
        assert_eq!(first["order"], statuses);
        let second = shop.done("receiveReturn", one, RETURN).await;
        assert_eq!(second["orderReturn"]["refunds"]["nodes"].as_array().map(Vec::len), Some(2));
        let statuses = json!({ "status": "COMPLETED", "financialStatus": "REFUNDED", "fulfillmentStatus": "RESTOCKED" });
        assert_eq!(second["order"], statuses);
        shop.check().await;
    }

    async fn a_piece_goes_into_stock_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 2)]).await;
        order.pay(&shop).await;
        order.ship(&shop, &[("PRINT", 2)]).await;
        let back = order.approved_back(&shop, &[("PRINT", 1)]).await;
        receive(&shop, &back, order.item("PRINT"), json!({ "quantity": 1 })).await;
        let refund = |quantity: i32| {
            let line = json!({ "itemId": order.item("PRINT"), "quantity": quantity, "restock": "RETURN" });
            json!({ "orderId": order.id, "lines": [line], "returnId": back })
        };
        shop.done("refundOrder", refund(1), "replayed").await;
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 0 reserved"], "the return had put it there");
        assert_eq!(order.pieces(&shop).await, ["PRINT 2 of 2, 1 back"]);
        // The other one comes without a return. Then nothing is left that could.
        let other = order.approved_back(&shop, &[("PRINT", 1)]).await;
        shop.done("refundOrder", refund(1), "replayed").await;
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        let late = json!({ "id": other, "lines": order.lines(&[("PRINT", 1)]) });
        assert_eq!(shop.code_and_path("receiveReturn", late).await, "INVALID lines.0.quantity");
        assert_eq!(done(&shop, "cancelReturn", &other).await["orderReturn"]["status"], "CANCELLED");
        shop.check().await;
    }

    async fn what_is_not_counted_goes_into_no_stock(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant_with(db, "DIGITAL", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
        let order = Ordered::confirmed(&shop, &[("DIGITAL", 2)]).await;
        order.ship(&shop, &[("DIGITAL", 2)]).await;
        let back = order.approved_back(&shop, &[("DIGITAL", 2)]).await;
        let received = receive(&shop, &back, order.item("DIGITAL"), json!({ "quantity": 2 })).await;
        let line = json!({ "quantity": 2, "receivedQuantity": 2, "restockedQuantity": 0, "location": null });
        assert_eq!(received["orderReturn"]["lines"]["nodes"], json!([line]));
        assert_eq!(shop.shelf("DIGITAL").await, [""; 0]);
        shop.check().await;
    }

    async fn an_agent_needs_both_capabilities_to_refund(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 1)]).await;
        order.pay(&shop).await;
        order.ship(&shop, &[("PRINT", 1)]).await;
        let back = order.approved_back(&shop, &[("PRINT", 1)]).await;
        let agent = Principal { agent: Some(shop.orchestrator), ..ShopFixture::somebody(Role::Agent, "agent") };
        let agent = shop.acting(agent);
        let allow = async |area: &str| {
            let capability =
                json!({ "agentId": shop.orchestrator, "capabilityType": "commerce", "capabilityName": area });
            shop.done("setAgentCapability", capability, "replayed").await;
        };
        let input = json!({ "id": back, "lines": order.lines(&[("PRINT", 1)]), "refund": true });
        allow("orders").await;
        assert_eq!(agent.code_and_path("receiveReturn", input.clone()).await, "FORBIDDEN refund");
        allow("payments").await;
        let limit = async |most: i32| shop.configure("authority", json!({ "Orchestrator": { "refund": most } })).await;
        limit(99).await;
        assert_eq!(agent.code_and_path("receiveReturn", input.clone()).await, "APPROVAL_REQUIRED refund");
        assert_eq!(order.pieces(&shop).await, ["PRINT 1 of 1, 0 back"], "all of the call is undone");
        limit(100).await;
        agent.done("receiveReturn", input, "replayed").await;
        let query = "{ auditLog(filter: { operation: { eq: \"ReceiveReturn\" } }) { nodes { objectType } } }";
        let written = shop.query(query, json!({})).await;
        let written = written["auditLog"]["nodes"].as_array().expect("a list").iter();
        let written: Vec<String> = written.map(|entry| text(&entry["objectType"])).collect();
        assert!(["OrderReturn", "Refund"].iter().all(|object| written.iter().any(|seen| seen == object)), "{written:?}");
        shop.check().await;
    }

    async fn what_was_not_paid_is_not_refunded(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::shipped(&shop).await;
        let back = order.approved_back(&shop, &[("PRINT", 1)]).await;
        let input = json!({ "id": back, "lines": order.lines(&[("PRINT", 1)]), "refund": true });
        assert_eq!(shop.code_and_path("receiveReturn", input).await, "AMOUNT_EXCEEDED refund");
        assert_eq!(order.pieces(&shop).await, ["PRINT 1 of 1, 0 back"], "all of the call is undone");
        receive(&shop, &back, order.item("PRINT"), json!({ "quantity": 1 })).await;
        assert_eq!(order.statuses(&shop).await, "PROCESSING RESTOCKED");
        shop.check().await;
    }

    async fn what_never_comes_ends_the_return(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 2)]).await;
        order.ship(&shop, &[("PRINT", 2)]).await;
        let back = order.approved_back(&shop, &[("PRINT", 2)]).await;
        receive(&shop, &back, order.item("PRINT"), json!({ "quantity": 1 })).await;
        let ended = done(&shop, "cancelReturn", &back).await;
        assert_eq!(ended["orderReturn"]["status"], "RECEIVED", "a part of it was");
        assert!(ended["orderReturn"]["receivedAt"].is_string());
        order.ask_back(&shop, &[("PRINT", 1)]).await;
        let told = order.told(db).await;
        assert_eq!(told.iter().filter(|kind| *kind == "return.cancelled").count(), 1);
        shop.check().await;
    }

    async fn the_log_does_not_know_what_people_wrote(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::shipped(&shop).await;
        let asked = with(order.back(&[("PRINT", 1)]), json!({ "note": "ring at Ann Secret's" }));
        let back = shop.done("requestReturn", asked, RETURN).await["orderReturn"]["id"].clone();
        let yes = json!({ "id": back, "approve": true, "comment": "Ann Secret is at home" });
        shop.done("decideReturn", yes, RETURN).await;
        let changes: Vec<Value> = order.events(db).await.into_iter().map(|event| event.changes).collect();
        assert!(changes.iter().any(|change| change["note"] == "•••"), "{changes:?}");
        assert!(!json!(changes).to_string().contains("Secret"), "{changes:?}");
        shop.check().await;
    }

    async fn what_is_no_receipt_is_refused_at_its_place(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::shipped(&shop).await;
        let other = Ordered::shipped(&shop).await;
        let back = order.approved_back(&shop, &[("PRINT", 1)]).await;
        let one = order.lines(&[("PRINT", 1)])[0].clone();
        let line = |changes: Value| json!({ "lines": [with(one.clone(), changes)] });
        for (changes, refusal) in [
            (json!({ "id": NOBODY }), "NOT_FOUND id"),
            (json!({ "lines": [] }), "INVALID lines"),
            (json!({ "lines": vec![one.clone(); 1001] }), "LIMIT_REACHED lines"),
            (json!({ "lines": [one, one] }), "INVALID lines.1.itemId"),
            (json!({ "lines": other.lines(&[("PRINT", 1)]) }), "NOT_FOUND lines.0.itemId"),
            (line(json!({ "quantity": 0 })), "INVALID lines.0.quantity"),
            (line(json!({ "quantity": 2 })), "INVALID lines.0.quantity"),
            (line(json!({ "restockedQuantity": 2 })), "INVALID lines.0.restockedQuantity"),
            (line(json!({ "restockedQuantity": -1 })), "INVALID lines.0.restockedQuantity"),
            (line(json!({ "location": "" })), "INVALID lines.0.location"),
            (line(json!({ "location": "x".repeat(256) })), "INVALID lines.0.location"),
            (json!({ "expectedVersion": 1 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            let input = with(json!({ "id": back, "lines": [one] }), changes);
            assert_eq!(shop.code_and_path("receiveReturn", input).await, refusal);
        }
        shop.check().await;
    }
}

/// Receives pieces of an item.
async fn receive(shop: &ShopFixture, back: &Value, item: &Value, line: Value) -> Value {
    let input = json!({ "id": back, "lines": [with(json!({ "itemId": item }), line)] });
    shop.done("receiveReturn", input, RETURN).await
}
