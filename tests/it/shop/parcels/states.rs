//! What can be done with a parcel, a return and their order, in which status: every pair.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{Ordered, PARCEL, RETURN, done, shop};
use crate::shop::fixture::{ShopFixture, text};

/// What can be done with a parcel.
const PARCEL_VERBS: [&str; 3] = ["shipFulfillment", "deliverFulfillment", "cancelFulfillment"];

/// What becomes of a parcel by each of them; `x` is refused.
const PARCELS: [(&str, [&str; 3]); 4] = [
    ("PREPARING", ["SHIPPED", "x", "CANCELLED"]),
    ("SHIPPED", ["x", "DELIVERED", "x"]),
    ("DELIVERED", ["x", "x", "x"]),
    ("CANCELLED", ["x", "x", "x"]),
];

/// The same for a return that is approved, refused, received in part, and cancelled.
const RETURNS: [(&str, [&str; 4]); 6] = [
    ("REQUESTED", ["APPROVED", "REFUSED", "x", "CANCELLED"]),
    ("APPROVED", ["x", "x", "APPROVED", "CANCELLED"]),
    ("APPROVED in part", ["x", "x", "RECEIVED", "RECEIVED"]),
    ("RECEIVED", ["x", "x", "x", "x"]),
    ("REFUSED", ["x", "x", "x", "x"]),
    ("CANCELLED", ["x", "x", "x", "x"]),
];

/// Whether a parcel can be packed of an order, and a piece be asked back.
const ORDERS: [(&str, bool, bool); 8] = [
    ("DRAFT", false, false),
    ("PENDING", false, false),
    ("CONFIRMED", true, false),
    ("PROCESSING", true, false),
    ("PROCESSING in part", true, true),
    ("PROCESSING out", true, true),
    ("COMPLETED", false, true),
    ("CANCELLED", false, false),
];

on_both_engines! {
    async fn every_status_of_a_parcel_with_every_verb(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.stock("PRINT", "main", 100).await;
        for (status, outcomes) in PARCELS {
            for (verb, expected) in PARCEL_VERBS.into_iter().zip(outcomes) {
                let id = parcel(&shop, status).await;
                let payload = shop.mutate(verb, json!({ "id": id }), PARCEL).await;
                let path = if expected == "x" { json!(["id"]) } else { json!(null) };
                assert_eq!(became(&payload, "fulfillment"), expected, "{status} {verb}");
                assert_eq!(payload["userErrors"][0]["path"], path, "{status} {verb}");
            }
        }
        shop.check().await;
    }

    async fn every_status_of_a_return_with_every_verb(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.stock("PRINT", "main", 100).await;
        for (status, outcomes) in RETURNS {
            for (number, expected) in outcomes.into_iter().enumerate() {
                let (id, one) = a_return(&shop, status).await;
                let (verb, input) = match number {
                    0 => ("decideReturn", json!({ "id": id, "approve": true })),
                    1 => ("decideReturn", json!({ "id": id, "approve": false })),
                    2 => ("receiveReturn", json!({ "id": id, "lines": one })),
                    _ => ("cancelReturn", json!({ "id": id })),
                };
                let payload = shop.mutate(verb, input, RETURN).await;
                assert_eq!(became(&payload, "orderReturn"), expected, "{status} {verb}");
            }
        }
        shop.check().await;
    }

    async fn where_goods_can_go_is_shown(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.stock("PRINT", "main", 100).await;
        let shown = async |object: &str, id: &Value| {
            let query = format!("query($id: ID!) {{ {object}(id: $id) {{ status allowedTransitions }} }}");
            shop.query(&query, json!({ "id": id })).await[object].take()
        };
        for (status, allowed) in [
            ("PREPARING", json!(["SHIPPED", "CANCELLED"])),
            ("SHIPPED", json!(["DELIVERED"])),
            ("DELIVERED", json!([])),
            ("CANCELLED", json!([])),
        ] {
            let id = parcel(&shop, status).await;
            assert_eq!(shown("fulfillment", &id).await, json!({ "status": status, "allowedTransitions": allowed }));
        }
        for (status, allowed) in [
            ("REQUESTED", json!(["APPROVED", "REFUSED", "CANCELLED"])),
            ("APPROVED", json!(["RECEIVED", "CANCELLED"])),
            ("RECEIVED", json!([])),
            ("REFUSED", json!([])),
            ("CANCELLED", json!([])),
        ] {
            let (id, _) = a_return(&shop, status).await;
            assert_eq!(shown("orderReturn", &id).await, json!({ "status": status, "allowedTransitions": allowed }));
        }
        shop.check().await;
    }

    async fn every_status_of_an_order_with_parcels_and_returns(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.stock("PRINT", "main", 100).await;
        for (status, can_pack, can_ask) in ORDERS {
            let order = order(&shop, status).await;
            let packed = shop.mutate("createFulfillment", order.parcel("main", &[("PRINT", 1)]), PARCEL).await;
            let code = match (can_pack, status) {
                (true, "PROCESSING out") => json!("INVALID"),
                (true, _) => json!(null),
                (false, _) => json!("INVALID_TRANSITION"),
            };
            assert_eq!(packed["userErrors"][0]["code"], code, "{status}");
            if can_pack && code.is_null() {
                assert_eq!(packed["order"]["status"], "PROCESSING", "{status}");
            }
            let asked = shop.mutate("requestReturn", order.back(&[("PRINT", 1)]), RETURN).await;
            let code = if can_ask { json!(null) } else { json!("INVALID_TRANSITION") };
            assert_eq!(asked["userErrors"][0]["code"], code, "{status}");
        }
        shop.check().await;
    }
}

/// The status after a call; `x` if it was refused.
fn became(payload: &Value, row: &str) -> String {
    match payload["userErrors"][0]["code"].as_str() {
        Some(code) => {
            assert_eq!(code, "INVALID_TRANSITION", "{payload}");
            "x".to_owned()
        }
        None => text(&payload[row]["status"]),
    }
}

/// A parcel with this status.
async fn parcel(shop: &ShopFixture, status: &str) -> Value {
    let order = Ordered::confirmed(shop, &[("PRINT", 2)]).await;
    let id = order.pack(shop, &[("PRINT", 1)]).await;
    let verbs: &[&str] = match status {
        "PREPARING" => &[],
        "SHIPPED" => &["shipFulfillment"],
        "DELIVERED" => &["shipFulfillment", "deliverFulfillment"],
        _ => &["cancelFulfillment"],
    };
    for verb in verbs {
        done(shop, verb, &id).await;
    }
    id
}

/// A return of two pieces with this status, and a line with one of them.
async fn a_return(shop: &ShopFixture, status: &str) -> (Value, Value) {
    let order = Ordered::confirmed(shop, &[("PRINT", 2)]).await;
    order.ship(shop, &[("PRINT", 2)]).await;
    let id = order.ask_back(shop, &[("PRINT", 2)]).await;
    let one = order.lines(&[("PRINT", 1)]);
    let decide = async |approve: bool| {
        shop.done("decideReturn", json!({ "id": id, "approve": approve }), RETURN).await;
    };
    let receive = async || {
        shop.done("receiveReturn", json!({ "id": id, "lines": one }), RETURN).await;
    };
    match status {
        "REQUESTED" => {}
        "APPROVED" => decide(true).await,
        "APPROVED in part" => {
            decide(true).await;
            receive().await;
        }
        "RECEIVED" => {
            decide(true).await;
            receive().await;
            receive().await;
        }
        "REFUSED" => decide(false).await,
        _ => drop(done(shop, "cancelReturn", &id).await),
    }
    (id, one)
}

/// An order of three pieces with this status.
async fn order(shop: &ShopFixture, status: &str) -> Ordered {
    if status == "DRAFT" {
        let lines = json!([{ "sku": "PRINT", "quantity": 3 }]);
        let fields = "order { id items { nodes { id } } }";
        let drafted = shop.done("createDraftOrder", json!({ "lines": lines }), fields).await["order"].take();
        let item = ("PRINT".to_owned(), drafted["items"]["nodes"][0]["id"].clone());
        return Ordered { id: drafted["id"].clone(), items: vec![item] };
    }
    let order = Ordered::place(shop, &[("PRINT", 3)], json!({ "confirm": status != "PENDING" })).await;
    match status {
        "PROCESSING" => drop(order.pack(shop, &[("PRINT", 1)]).await),
        "PROCESSING in part" => drop(order.ship(shop, &[("PRINT", 1)]).await),
        "PROCESSING out" => drop(order.ship(shop, &[("PRINT", 3)]).await),
        "COMPLETED" => {
            order.pay(shop).await;
            order.ship(shop, &[("PRINT", 3)]).await;
        }
        "CANCELLED" => {
            shop.done("cancelOrder", json!({ "id": order.id }), "replayed").await;
        }
        _ => {}
    }
    order
}
