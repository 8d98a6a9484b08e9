//! Stock: what there is, who keeps it, and why it is as much.

mod backorders;
mod counts;
mod holds;
mod levels;
mod moves;
mod orders;
mod together;

use entity::sea_orm_active_enums::EventAggregate;
use sea_orm::{ActiveEnum, ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::TestDatabase;

use super::fixture::{ShopFixture, with};

/// What the tests look at of a changed item.
const RESULT: &str = "results {
    inventoryLevel { quantityAvailable quantityReserved quantityIncoming lastCountedAt version }
    before { available reserved onHand incoming }
    userErrors { code path message ... on StaleQuantityError { current }
        ... on InsufficientStockError { lines { sku location requested available } } } }";

/// The result of a call with one item.
async fn change(shop: &ShopFixture, name: &str, item: Value) -> Value {
    let mut payload = shop.done(name, json!({ "items": [item] }), RESULT).await;
    payload["results"][0].take()
}

/// Holds pieces; the id of the hold.
async fn hold(shop: &ShopFixture, lines: Value) -> Value {
    shop.done("reserveStock", json!({ "lines": lines }), "hold { id }").await["hold"]["id"].clone()
}

/// Places an order that stays; its id.
async fn place(shop: &ShopFixture, lines: Value, more: Value) -> Value {
    let input = json!({ "email": "a@example.com", "lines": lines, "confirm": true });
    shop.done("placeOrder", with(input, more), "order { id }").await["order"]["id"].clone()
}

/// The kinds of all events about stock, in their order.
async fn told(db: &TestDatabase) -> Vec<String> {
    let stock = EventAggregate::Stock.to_value().value;
    let sql = format!("SELECT kind FROM events WHERE aggregate_type = '{stock}' ORDER BY transaction_number, position");
    let statement = Statement::from_string(db.connection().get_database_backend(), sql);
    let rows = db.connection().query_all_raw(statement).await.expect("rows");
    rows.iter().map(|row| row.try_get_by("kind").expect("a text")).collect()
}

/// The journal, as `COUNT 5 main`, in no order.
async fn journal(shop: &ShopFixture) -> Vec<String> {
    let query = "{ stockMovements(first: 100) { nodes { kind quantity location } } }";
    let answer = shop.query(query, json!({})).await;
    let movements = answer["stockMovements"]["nodes"].as_array().expect("a list").iter();
    let mut shown: Vec<String> = movements
        .map(|movement| {
            let [kind, location] = ["kind", "location"].map(|field| movement[field].as_str().expect("a text"));
            format!("{kind} {} {location}", movement["quantity"])
        })
        .collect();
    shown.sort();
    shown
}

/// Who keeps what, as `HELD 3`, in no order.
async fn kept(shop: &ShopFixture) -> Vec<String> {
    let query = "{ stockReservations(first: 100) { nodes { status quantity } } }";
    let answer = shop.query(query, json!({})).await;
    let rows = answer["stockReservations"]["nodes"].as_array().expect("a list").iter();
    let mut shown: Vec<String> =
        rows.map(|row| format!("{} {}", row["status"].as_str().expect("a text"), row["quantity"])).collect();
    shown.sort();
    shown
}
