//! Calls of the mutations of budgets, the books and attribution, with every id that their inputs can have.

use entity::budget_slices;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::{DemoFixture, text, with};

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let (director, agent) = (fixture.agent("Finance Director").await, fixture.agent("Sales Specialist").await);
    let made = async |name: &str, input: Value, object: &str| {
        fixture.done(name, input, &format!("{object} {{ id }}")).await[object]["id"].clone()
    };
    let new = |category: &str| {
        let month = json!({ "name": "x", "category": category, "year": 2026, "month": 3 });
        with(month, json!({ "amount": "1000", "ownerAgentId": director }))
    };
    let budget = made("createBudget", new("contract"), "budget").await;
    let other = made("createBudget", new("contract too"), "budget").await;
    let (slice, second) = (root(fixture, &budget).await, root(fixture, &other).await);
    let (customer, campaign) = (first(fixture, "customers").await, first(fixture, "campaigns").await);
    let (approval, order) = (first(fixture, "approvals").await, first(fixture, "orders").await);
    let task = json!({ "tasks": [{ "assignedAgentId": agent, "taskType": "finance" }] });
    let task = fixture.done("createTasks", task, "tasks { id }").await["tasks"][0]["id"].clone();
    let reserve = |key: &str| {
        json!({
            "sliceId": slice, "amount": "1", "purpose": "x", "taskId": task, "campaignId": campaign,
            "approvalId": approval, "effectKey": key,
        })
    };
    let held = made("reserveBudget", reserve("one"), "reservation").await;
    let expense = json!({ "type": "EXPENSE", "category": "contract", "amount": "1", "date": "2026-03-14" });
    let booked = made("recordTransaction", expense.clone(), "transaction").await;
    let mut named = expense;
    for (field, value) in [
        ("orderId", &order),
        ("customerId", &customer),
        ("agentId", &json!(agent)),
        ("campaignId", &campaign),
        ("budgetSliceId", &slice),
        ("approvalId", &approval),
    ] {
        named[field] = value.clone();
    }
    let share = json!({ "agentId": agent, "campaignId": campaign, "percentage": "1" });
    vec![
        ("createBudget", new("new")),
        ("updateBudget", json!({ "id": budget, "ownerAgentId": director })),
        ("allocateBudget", json!({ "sliceId": slice, "agentId": director, "amount": "1" })),
        ("moveBudget", json!({ "fromSliceId": slice, "toSliceId": second, "amount": "1" })),
        ("reserveBudget", reserve("two")),
        ("commitBudget", json!({ "reservationId": held, "amount": "1" })),
        ("releaseBudget", json!({ "reservationId": held })),
        ("recordTransaction", named),
        ("reverseTransaction", json!({ "id": booked, "reason": "x" })),
        ("attributeRevenue", json!({ "transactionId": null, "orderId": null, "shares": [share] })),
    ]
}

/// The root slice of a budget; its id.
async fn root(fixture: &DemoFixture, budget: &Value) -> Value {
    let id: Uuid = text(budget).parse().expect("an id");
    let roots = budget_slices::Entity::find()
        .filter(budget_slices::Column::BudgetId.eq(id))
        .filter(budget_slices::Column::ParentId.is_null());
    json!(roots.one(fixture.service.database().reader()).await.expect("read").expect("a root").id)
}

/// The first row of a list; its id.
async fn first(fixture: &DemoFixture, list: &str) -> Value {
    let query = format!("{{ {list}(first: 1) {{ nodes {{ id }} }} }}");
    fixture.query(&query, json!({})).await[list]["nodes"][0]["id"].clone()
}
