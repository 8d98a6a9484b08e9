//! Orders, from the quote to the end.
//!
//! - [`placing`], [`drafts`], [`editing`], [`ending`]: an order, step by step. [`states`]: what can be done when.
//!   [`shipping`]: who is asked to ship it. [`numbers`]: what it is called.
//! - [`rules`]: the shop's own rules. [`agents`]: what agents may do. [`together`]: many at once.

mod agents;
mod drafts;
mod editing;
mod ending;
mod numbers;
mod placing;
mod rules;
mod shipping;
mod states;
mod together;

use chrono::{DateTime, Utc};
use entity::{
    discounts,
    sea_orm_active_enums::{DiscountKind, DiscountTarget},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use tests::TestDatabase;
use uuid::Uuid;

use super::fixture::{ShopFixture, count, start, text, with};

/// What the tests look at of an order.
const ORDER: &str = "id orderNumber status financialStatus fulfillmentStatus customerId email tags version
    subtotalAmount discountAmount taxAmount includedTaxAmount shippingAmount totalAmount holdExpiresAt cancelReason
    items { nodes { id sku quantity price listPrice discountAmount taxAmount totalAmount } }";

/// So many pieces of variants, as an input has them.
pub(super) fn lines(lines: &[(&str, i32)]) -> Value {
    lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect()
}

/// Places an order, of somebody unless the input says who buys.
pub(super) async fn place(shop: &ShopFixture, input: Value) -> Value {
    let input = with(json!({ "email": "ann@example.com" }), input);
    done(shop, "placeOrder", input).await
}

/// Does something with an order.
async fn done(shop: &ShopFixture, name: &str, input: Value) -> Value {
    shop.done(name, input, &format!("order {{ {ORDER} }}")).await["order"].take()
}

/// An order as it is now.
async fn now(shop: &ShopFixture, order: &Value) -> Value {
    let query = format!("query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}");
    shop.query(&query, json!({ "id": order["id"] })).await["order"].take()
}

/// Its statuses: `PENDING PENDING UNFULFILLED`.
fn statuses(order: &Value) -> String {
    ["status", "financialStatus", "fulfillmentStatus"].map(|field| text(&order[field])).join(" ")
}

/// An amount, however it is written.
pub(super) fn amount(value: &Value) -> Decimal {
    text(value).parse().expect("a decimal")
}

/// Subtotal, discount, tax, shipping and total: `200 - 20 + 18 + 5 = 203`.
fn amounts(order: &Value) -> String {
    let [subtotal, discount, tax, shipping, total] =
        ["subtotalAmount", "discountAmount", "taxAmount", "shippingAmount", "totalAmount"]
            .map(|field| amount(&order[field]).normalize());
    format!("{subtotal} - {discount} + {tax} + {shipping} = {total}")
}

/// Its items: `2 A at 100`.
fn items(order: &Value) -> Vec<String> {
    let items = order["items"]["nodes"].as_array().expect("a list").iter();
    items
        .map(|item| format!("{} {} at {}", item["quantity"], text(&item["sku"]), amount(&item["price"]).normalize()))
        .collect()
}

/// The id of the item with this SKU.
pub(super) fn item(order: &Value, sku: &str) -> Value {
    let items = order["items"]["nodes"].as_array().expect("a list");
    items.iter().find(|item| item["sku"] == sku).unwrap_or_else(|| panic!("no {sku}: {order}"))["id"].clone()
}

/// A time of an answer.
fn time(value: &Value) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&text(value)).expect("a time").to_utc()
}

/// The kinds of all events of an order, in their order.
async fn told(db: &TestDatabase, order: &Value) -> Vec<String> {
    let id: Uuid = text(&order["id"]).parse().expect("an id");
    let found = entity::events::Entity::find().all(db.connection()).await.expect("events");
    let mut found: Vec<_> = found.into_iter().filter(|event| event.aggregate_id == id).collect();
    found.sort_by_key(|event| (event.transaction_number, event.position));
    found.into_iter().map(|event| event.kind).collect()
}

/// Runs a statement.
async fn run(db: &TestDatabase, sql: &str) {
    db.connection().execute_unprepared(sql).await.expect("done");
}

/// The totals of the customer with this address: `2 orders, 300, average 150`.
async fn totals(shop: &ShopFixture, email: &str) -> String {
    let query =
        "query($email: String!) { customerByEmail(email: $email) { ordersCount totalSpent averageOrderValue } }";
    let customer = shop.query(query, json!({ "email": email })).await["customerByEmail"].take();
    let average = match &customer["averageOrderValue"] {
        Value::Null => "none".to_owned(),
        average => amount(average).normalize().to_string(),
    };
    format!("{} orders, {}, average {average}", customer["ordersCount"], amount(&customer["totalSpent"]).normalize())
}

/// A discount by a percentage.
pub(super) async fn discount(
    db: &TestDatabase,
    percentage: i64,
    conditions: Value,
    change: impl FnOnce(&mut discounts::ActiveModel),
) -> Uuid {
    let id = Uuid::now_v7();
    let mut row = discounts::ActiveModel {
        id: Set(id),
        name: Set(format!("{percentage} %")),
        kind: Set(DiscountKind::Percentage),
        target: Set(DiscountTarget::Line),
        value: Set(Decimal::from(percentage)),
        conditions: Set(conditions),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    change(&mut row);
    row.insert(db.connection()).await.expect("a discount");
    id
}
