//! Money for orders, and back.
//!
//! - [`capture`], [`back`], [`pieces`], [`edited`], [`outside`], [`again`], [`late`]: money in and back, step by step.
//!   [`states`]: what can be done when.
//! - [`reports`]: facts. [`books`]: the books. [`told`]: events and the audit log. [`limits`]: what agents may do.
//!   [`together`]: many at once.

mod again;
mod back;
mod books;
mod capture;
mod edited;
mod late;
mod limits;
mod outside;
mod pieces;
mod reports;
mod states;
mod together;
mod told;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::TestDatabase;

pub(super) use self::reports::observe;
use super::fixture::{ShopFixture, text, with};

/// How an order is shown.
const ORDER: &str = "status financialStatus capturedAmount refundedAmount refundableAmount outstandingAmount";
/// How a payment is shown.
const PAYMENT: &str =
    "payment { id status authorizedAmount capturedAmount refundedAmount pendingCaptureAmount pendingRefundAmount }";
/// How a refund is shown.
const REFUND: &str = "refund { id status amount adjustmentAmount shippingAmount } order { financialStatus refundedAmount refundableAmount }";

/// A shop with ten prints.
pub(super) async fn shop(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant(db, "PRINT").await;
    shop.stock("PRINT", "main", 10).await;
    shop
}

/// An order of prints for 100 USD each; its id.
pub(super) async fn order(shop: &ShopFixture, pieces: i32) -> Value {
    order_with(shop, json!({ "lines": [{ "sku": "PRINT", "quantity": pieces }] })).await
}

/// An order with more said of it.
async fn order_with(shop: &ShopFixture, more: Value) -> Value {
    let input = with(json!({ "email": "buyer@example.com" }), more);
    shop.done("placeOrder", input, "order { id }").await["order"]["id"].clone()
}

/// A payment of an order; its id.
pub(super) async fn payment(shop: &ShopFixture, order: &Value, provider: &str, amount: Option<&str>) -> Value {
    let input = json!({ "orderId": order, "provider": provider, "amount": amount });
    shop.done("createPayment", input, "payment { id }").await["payment"]["id"].clone()
}

/// Reports a fact: whether it was new.
pub(super) async fn report(shop: &ShopFixture, payment: &Value, kind: &str, more: Value) -> bool {
    let input = with(json!({ "id": payment, "kind": kind }), more);
    shop.done("reportPayment", input, "applied").await["applied"] == true
}

/// A payment of an order that came in whole, and can be given back by its provider alone; its id.
pub(super) async fn captured(shop: &ShopFixture, order: &Value, amount: &str) -> Value {
    let payment = payment(shop, order, "stripe", Some(amount)).await;
    assert!(report(shop, &payment, "CAPTURED", json!({ "amount": amount })).await);
    payment
}

/// An order as it is now.
async fn seen(shop: &ShopFixture, order: &Value) -> Value {
    let query = format!("query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}");
    shop.query(&query, json!({ "id": order })).await["order"].take()
}

/// Its status, how much it was paid, and what came in and went back: `CONFIRMED PAID 100.00 0.00`.
pub(super) async fn standing(shop: &ShopFixture, order: &Value) -> String {
    let seen = seen(shop, order).await;
    ["status", "financialStatus", "capturedAmount", "refundedAmount"].map(|field| text(&seen[field])).join(" ")
}

/// The items of an order.
async fn items(shop: &ShopFixture, order: &Value) -> Vec<Value> {
    let query = "query($id: ID!) { order(id: $id) { items { nodes {
        id quantity fulfilledQuantity cancelledQuantity returnedQuantity refundedQuantity } } } }";
    let mut answer = shop.query(query, json!({ "id": order })).await;
    answer["order"]["items"]["nodes"].as_array_mut().expect("a list").drain(..).collect()
}

/// The open tasks of a type: what they were given.
pub(super) async fn open_tasks(shop: &ShopFixture, task_type: &str) -> Vec<Value> {
    let query =
        "{ tasks(first: 250, filter: { status: { in: [PENDING, IN_PROGRESS] } }) { nodes { taskType inputData } } }";
    let mut answer = shop.query(query, json!({})).await;
    let tasks = answer["tasks"]["nodes"].as_array_mut().expect("a list").drain(..);
    tasks.filter(|task| task["taskType"] == task_type).map(|mut task| task["inputData"].take()).collect()
}

/// The only one of them.
async fn only_task(shop: &ShopFixture, task_type: &str) -> Value {
    let mut tasks = open_tasks(shop, task_type).await;
    assert_eq!(tasks.len(), 1, "{task_type}: {tasks:?}");
    tasks.remove(0)
}

/// Cancels the only open task of a type.
async fn cancel_task(shop: &ShopFixture, task_type: &str) {
    let query =
        "query($type: String!) { tasks(first: 2, filter: { taskType: { eq: $type }, status: { eq: PENDING } }) {
        nodes { id } } }";
    let answer = shop.query(query, json!({ "type": task_type })).await;
    let tasks = answer["tasks"]["nodes"].as_array().expect("a list");
    assert_eq!(tasks.len(), 1, "{task_type}");
    shop.done("cancelTask", json!({ "taskId": tasks[0]["id"] }), "cancelled { id }").await;
}

/// The refunds of an order, in alphabetical order: `100.00 SUCCEEDED api`.
async fn refunds(shop: &ShopFixture, order: &Value) -> Vec<String> {
    let query = "query($id: ID!) { order(id: $id) { refunds { nodes { amount status source } } } }";
    let answer = shop.query(query, json!({ "id": order })).await;
    let refunds = answer["order"]["refunds"]["nodes"].as_array().expect("a list");
    let show = |row: &Value| ["amount", "status", "source"].map(|field| text(&row[field])).join(" ");
    let mut shown: Vec<String> = refunds.iter().map(show).collect();
    shown.sort();
    shown
}

/// The books of an order: `REVENUE sales 100.00 2026-11-21`, the oldest first.
async fn booked(shop: &ShopFixture, order: &Value) -> Vec<String> {
    let query =
        "query($id: ID!) { order(id: $id) { transactions { nodes { type category amount transactionDate } } } }";
    let answer = shop.query(query, json!({ "id": order })).await;
    let transactions = answer["order"]["transactions"]["nodes"].as_array().expect("a list");
    let show = |row: &Value| ["type", "category", "amount", "transactionDate"].map(|field| text(&row[field])).join(" ");
    transactions.iter().map(show).collect()
}

/// An amount of an answer.
fn number(value: &Value) -> Decimal {
    text(value).parse().unwrap_or_else(|error| panic!("{value} is no amount: {error}"))
}
