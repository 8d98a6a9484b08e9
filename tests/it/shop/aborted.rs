//! A transaction that fails, at whichever row it writes, leaves nothing: no row, no sum, no event, no key.
//!
//! - [`failures`]: how it is made to fail.

mod failures;

use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};

use self::failures::Failures;
use super::{
    fixture::ShopFixture,
    orders::discount,
    parcels::Ordered,
    payments::{captured, payment, report},
    whole::{Whole, assert_same},
};
use crate::client::mutation;

on_both_engines! {
    async fn an_order_is_placed_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let inputs = [to_place(db, &shop, "first").await, to_place(db, &shop, "second").await];
        all_or_nothing(db, &shop, "placeOrder", inputs).await;
    }

    async fn an_order_is_cancelled_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let inputs = [to_cancel(db, &shop, "first").await, to_cancel(db, &shop, "second").await];
        all_or_nothing(db, &shop, "cancelOrder", inputs).await;
    }

    async fn an_order_with_money_is_cancelled_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let inputs = [to_pay_back(db, &shop, "first").await, to_pay_back(db, &shop, "second").await];
        all_or_nothing(db, &shop, "cancelOrder", inputs).await;
    }

    async fn an_order_is_refunded_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let inputs = [to_refund(db, &shop, "first").await, to_refund(db, &shop, "second").await];
        all_or_nothing(db, &shop, "refundOrder", inputs).await;
    }

    async fn a_return_is_received_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let inputs = [to_receive(db, &shop, "first").await, to_receive(db, &shop, "second").await];
        all_or_nothing(db, &shop, "receiveReturn", inputs).await;
    }

    async fn a_payment_is_captured_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let capture = async |name: &str| to_capture(db, &shop, name, "manual").await;
        let inputs = [capture("first").await, capture("second").await];
        all_or_nothing(db, &shop, "capturePayment", inputs).await;
    }

    async fn a_capture_is_requested_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let capture = async |name: &str| to_capture(db, &shop, name, "stripe").await;
        let inputs = [capture("first").await, capture("second").await];
        all_or_nothing(db, &shop, "capturePayment", inputs).await;
    }
}

/// Does the first of two like calls, to learn which rows it writes, and lets the second fail at each of them. Then its
/// key is free: it is done by the same call.
async fn all_or_nothing(db: &TestDatabase, shop: &ShopFixture, name: &str, [first, second]: [Value; 2]) {
    let (failures, whole) = (Failures::install(db).await, Whole::of(db).await);
    shop.done(name, first, "replayed").await;
    let written = failures.written().await;
    let before = whole.read(db).await;
    let document = mutation(name, "replayed");
    for number in 1..=written.len() {
        failures.at(number).await;
        let (_, errors) = shop.try_query(&document, json!({ "input": second })).await;
        let [error] = &errors[..] else { panic!("{name} does not fail at row {number}: {errors:?}") };
        assert!(error.starts_with("internal error"), "{name} at row {number}: {error}");
        assert_same(&before, &whole.read(db).await, &format!("{name} that failed at row {number}"));
    }
    failures.at(0).await;
    assert_eq!(shop.done(name, second.clone(), "replayed").await["replayed"], false);
    assert_eq!(failures.written().await, written, "both calls write alike, so each row was tried");
    assert_eq!(shop.done(name, second, "replayed").await["replayed"], true);
    assert_eq!(failures.written().await, [""; 0], "a repetition writes nothing");
    shop.check().await;
}

/// A shop with a discount that can be used so often at most.
async fn shop(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    discount(db, 10, json!({}), |row| row.usage_limit = Set(Some(1000))).await;
    shop
}

/// Ten pieces of a variant; somebody is to order more when three are left.
async fn stocked(db: &TestDatabase, shop: &ShopFixture, sku: &str) {
    shop.variant(db, sku).await;
    shop.stock(sku, "main", 10).await;
    let query = "query($sku: String!) { productVariantBySku(sku: $sku) { inventoryLevels { nodes { id } } } }";
    let found = shop.query(query, json!({ "sku": sku })).await;
    let level = &found["productVariantBySku"]["inventoryLevels"]["nodes"][0]["id"];
    let input = json!({ "items": [{ "id": level, "reorderPoint": 3 }] });
    shop.done("updateInventoryLevels", input, "results { index }").await;
}

/// What places an order of a new customer: with a hold, a discount, a payment, and too little stock left.
async fn to_place(db: &TestDatabase, shop: &ShopFixture, name: &str) -> Value {
    stocked(db, shop, name).await;
    let held = json!({ "lines": [{ "sku": name, "quantity": 1 }] });
    let held = shop.done("reserveStock", held, "hold { id }").await["hold"]["id"].clone();
    json!({
        "email": format!("{name}@example.com"), "lines": [{ "sku": name, "quantity": 7 }], "holdId": held,
        "shippingAmount": "5", "confirm": true, "payment": { "provider": "manual", "captured": true },
        "idempotencyKey": name,
    })
}

/// What cancels an order that is authorized and partly packed.
async fn to_cancel(db: &TestDatabase, shop: &ShopFixture, name: &str) -> Value {
    stocked(db, shop, name).await;
    let order = Ordered::place(shop, &[(name, 7)], json!({})).await;
    let payment = payment(shop, &order.id, "stripe", None).await;
    report(shop, &payment, "AUTHORIZED", json!({})).await;
    order.pack(shop, &[(name, 2)]).await;
    json!({ "id": order.id, "reason": "changed their mind", "idempotencyKey": name })
}

/// What cancels an order that was paid in part, by a provider and without one.
async fn to_pay_back(db: &TestDatabase, shop: &ShopFixture, name: &str) -> Value {
    stocked(db, shop, name).await;
    let order = Ordered::place(shop, &[(name, 7)], json!({})).await;
    captured(shop, &order.id, "300").await;
    let payment = payment(shop, &order.id, "manual", Some("100")).await;
    shop.done("capturePayment", json!({ "id": payment }), "replayed").await;
    json!({ "id": order.id, "restock": false, "idempotencyKey": name })
}

/// What refunds a piece that will not ship, one that came back, shipping and something more.
async fn to_refund(db: &TestDatabase, shop: &ShopFixture, name: &str) -> Value {
    let (kept, sent) = (format!("{name} kept"), format!("{name} sent"));
    let lines = [(kept.as_str(), 2), (sent.as_str(), 2)];
    for (sku, _) in lines {
        stocked(db, shop, sku).await;
    }
    let order = Ordered::place(shop, &lines, json!({ "confirm": true, "shippingAmount": "5" })).await;
    order.pay(shop).await;
    order.ship(shop, &[(sent.as_str(), 2)]).await;
    let line = |sku: &str, restock: &str| json!({ "itemId": order.item(sku), "quantity": 1, "restock": restock });
    json!({
        "orderId": order.id, "lines": [line(&kept, "CANCEL"), line(&sent, "RETURN")], "shipping": { "all": true },
        "adjustment": "1", "idempotencyKey": name,
    })
}

/// What receives a return of pieces that somebody else waits for, and of an edition, and refunds them.
async fn to_receive(db: &TestDatabase, shop: &ShopFixture, name: &str) -> Value {
    let (later, edition) = (format!("{name} later"), format!("{name} edition"));
    shop.variant_with(db, &later, |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
    shop.variant_with(db, &edition, |variant| variant.edition_size = Set(Some(5))).await;
    shop.stock(&later, "main", 2).await;
    shop.stock(&edition, "main", 3).await;
    let lines = [(later.as_str(), 2), (edition.as_str(), 1)];
    let order = Ordered::confirmed(shop, &lines).await;
    order.pay(shop).await;
    order.ship(shop, &lines).await;
    Ordered::confirmed(shop, &[(later.as_str(), 1)]).await;
    let back = order.approved_back(shop, &lines).await;
    json!({ "id": back, "lines": order.lines(&lines), "refund": true, "idempotencyKey": name })
}

/// What captures the payment of an order.
async fn to_capture(db: &TestDatabase, shop: &ShopFixture, name: &str, provider: &str) -> Value {
    stocked(db, shop, name).await;
    let order = Ordered::place(shop, &[(name, 2)], json!({})).await;
    let payment = payment(shop, &order.id, provider, None).await;
    json!({ "id": payment, "idempotencyKey": name })
}
