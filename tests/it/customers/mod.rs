//! Customers: what they are, what they allow, and what becomes of them.
//!
//! - [`records`]: creating and changing them, and what was said with them. [`consents`]: what they allow. [`merging`],
//!   [`rights`]: what a merge moves, what is disclosed and erased.

mod consents;
mod merging;
mod records;
mod rights;

use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::TestDatabase;

use crate::shop::fixture::{ShopFixture, count};

/// A shop with enough of a variant for 100.
async fn stocked(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant(db, "A").await;
    shop.stock("A", "main", 1000).await;
    shop
}

/// A new customer; the id.
async fn customer(shop: &ShopFixture, email: &str) -> Value {
    let payload = shop.done("createCustomer", json!({ "email": email }), "customer { id }").await;
    payload["customer"]["id"].clone()
}

/// Places an order of the variant; its id and that of its customer.
async fn order(shop: &ShopFixture, input: Value, pieces: i32) -> (Value, Value) {
    let mut input = input;
    input["lines"] = json!([{ "sku": "A", "quantity": pieces }]);
    let payload = shop.done("placeOrder", input, "order { id customerId }").await;
    (payload["order"]["id"].clone(), payload["order"]["customerId"].clone())
}

/// What is known of a customer.
async fn known(shop: &ShopFixture, id: &Value) -> Value {
    let query = "query($id: ID!) { customer(id: $id) { email firstName phone tags note ordersCount totalSpent vipStatus
        acceptsMarketing version } }";
    shop.query(query, json!({ "id": id })).await["customer"].clone()
}

/// What a customer has spent.
fn spent(customer: &Value) -> Decimal {
    customer["totalSpent"].as_str().and_then(|amount| amount.parse().ok()).expect("an amount")
}

/// What happened to a customer, in order.
async fn told(db: &TestDatabase, id: &Value) -> Vec<String> {
    let id = id.as_str().expect("an id");
    let plain = id.replace('-', "");
    let own = match db.engine() {
        tests::Engine::Postgres => format!("'{id}'"),
        tests::Engine::Sqlite => format!("X'{plain}'"),
    };
    texts(db, &format!("SELECT kind FROM events WHERE aggregate_id = {own} ORDER BY transaction_number, position"))
        .await
}

/// The texts that a statement selects.
async fn texts(db: &TestDatabase, sql: &str) -> Vec<String> {
    let connection = db.connection();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.expect(sql);
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}
