//! Budgets, the books, and the credit for revenue.
//!
//! - [`budgets`]: how money is handed down. [`reservations`]: what is promised. [`books`]: what is entered and taken
//!   back. [`attribution`]: who is credited. [`races`]: many at once.

mod attribution;
mod books;
mod budgets;
mod races;
mod reservations;

use entity::{budget_slices, budgets as budget_rows};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::TestDatabase;
use uuid::Uuid;

use crate::shop::fixture::{ShopFixture, count, text, with};

/// What `reserveBudget`, `commitBudget` and `releaseBudget` are asked for.
const RESERVATION: &str = "reservation { id }";

/// Two agents: one below the orchestrator, and one below that.
struct Team {
    director: Value,
    specialist: Value,
}

async fn team(shop: &ShopFixture) -> Team {
    let director = agent(shop, "Director", &json!(shop.orchestrator)).await;
    let specialist = agent(shop, "Specialist", &director).await;
    Team { director, specialist }
}

/// A new agent below another one, who may handle money; the id.
async fn agent(shop: &ShopFixture, name: &str, above: &Value) -> Value {
    let input = json!({ "name": name, "type": "SPECIALIST", "parentId": above });
    let id = shop.done("createAgent", input, "agent { id }").await["agent"]["id"].clone();
    let capability = json!({ "agentId": id, "capabilityType": "commerce", "capabilityName": "finance" });
    shop.done("setAgentCapability", capability, "agentCapability { id }").await;
    id
}

/// The same shop for an agent.
fn acting(shop: &ShopFixture, agent: &Value) -> ShopFixture {
    shop.acting(Principal { agent: Some(id(agent)), ..ShopFixture::somebody(Role::Agent, "agent") })
}

fn id(value: &Value) -> Uuid {
    text(value).parse().expect("an id")
}

/// A budget of this month; its id and that of its root slice.
async fn budget(shop: &ShopFixture, category: &str, amount: &str, owner: Option<&Value>) -> (Value, Value) {
    let input = json!({
        "name": "x", "category": category, "year": 2026, "month": 11, "amount": amount, "ownerAgentId": owner,
    });
    let made = shop.done("createBudget", input, "budget { id }").await["budget"]["id"].clone();
    let roots = budget_slices::Entity::find()
        .filter(budget_slices::Column::BudgetId.eq(id(&made)))
        .filter(budget_slices::Column::ParentId.is_null());
    let root = roots.one(shop.service.database().reader()).await.expect("read").expect("a root");
    (made, json!(root.id))
}

/// Gives an agent a part of a slice; the agent's slice.
async fn allocate(shop: &ShopFixture, slice: &Value, agent: &Value, amount: &str) -> Value {
    let input = json!({ "sliceId": slice, "agentId": agent, "amount": amount });
    shop.done("allocateBudget", input, "parent { id } child { id }").await["child"]["id"].clone()
}

/// What a slice has, handed down, promised and spent.
async fn standing(shop: &ShopFixture, slice: &Value) -> String {
    let row = budget_slices::Entity::find_by_id(id(slice)).one(shop.service.database().reader()).await;
    let row = row.expect("read").expect("a slice");
    let amounts = [row.allocated_amount, row.delegated_amount, row.reserved_amount, row.spent_amount];
    amounts.map(|amount| format!("{amount:.2}")).join(" ")
}

/// What a budget has, and has spent.
async fn total(shop: &ShopFixture, budget: &Value) -> String {
    let row = budget_rows::Entity::find_by_id(id(budget)).one(shop.service.database().reader()).await;
    let row = row.expect("read").expect("a budget");
    format!("{:.2} {:.2}", row.allocated_amount, row.spent_amount)
}

/// A campaign; the id.
async fn campaign(shop: &ShopFixture, more: Value) -> Value {
    let input = with(json!({ "name": "Autumn", "type": "ADS" }), more);
    shop.done("createCampaign", input, "campaign { id }").await["campaign"]["id"].clone()
}

/// An expense.
fn expense(category: &str, amount: &str) -> Value {
    json!({ "type": "EXPENSE", "category": category, "amount": amount })
}

/// Enters a transaction; its id.
async fn record(shop: &ShopFixture, input: Value) -> Value {
    shop.done("recordTransaction", input, "transaction { id }").await["transaction"]["id"].clone()
}

/// Reserves money of a slice; the reservation.
async fn reserve(shop: &ShopFixture, slice: &Value, amount: &str, more: Value) -> Value {
    let input = with(json!({ "sliceId": slice, "amount": amount, "purpose": "ads" }), more);
    shop.done("reserveBudget", input, RESERVATION).await["reservation"]["id"].clone()
}

/// An amount of an answer.
fn amount(value: &Value) -> Decimal {
    text(value).parse().expect("an amount")
}

/// How often something was told.
async fn told(db: &TestDatabase, kind: &str) -> i64 {
    count(db, &format!("SELECT COUNT(*) FROM events WHERE kind = '{kind}'")).await
}
