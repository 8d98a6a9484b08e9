//! What agents may give back by themselves.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;

use super::{REFUND, number, order, shop, standing};
use crate::shop::fixture::{ShopFixture, text, with};

/// The orchestrator's own key, as that of an agent who may handle payments.
async fn agent(shop: &ShopFixture) -> ShopFixture {
    let capability =
        json!({ "agentId": shop.orchestrator, "capabilityType": "commerce", "capabilityName": "payments" });
    shop.done("setAgentCapability", capability, "agentCapability { id }").await;
    let key = json!({ "name": "agent", "role": "AGENT", "agentId": shop.orchestrator });
    let made = shop.done("createApiKey", key, "apiKey { id }").await;
    let key = made["apiKey"]["id"].as_str().and_then(|id| id.parse().ok());
    shop.acting(Principal { name: "agent".to_owned(), key, role: Role::Agent, agent: Some(shop.orchestrator) })
}

/// An approval of an amount for an order that somebody has given.
async fn approval(shop: &ShopFixture, agent: &ShopFixture, order: &Value, amount: &str) -> Value {
    approval_of(shop, agent, &json!(shop.orchestrator), order, json!({ "amount": amount })).await
}

/// The same for a task of any agent, with more said of it.
async fn approval_of(shop: &ShopFixture, asker: &ShopFixture, of: &Value, order: &Value, more: Value) -> Value {
    let task = json!({ "assignedAgentId": of, "taskType": "ask" });
    shop.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
    let claim = json!({ "agentIds": [of], "taskTypes": ["ask"] });
    let lease = asker.done("claimTasks", claim, "leases { taskId token }").await["leases"][0].clone();
    let about = with(json!({ "subject": "A refund", "subjectType": "Order", "subjectId": order }), more);
    let asked = asker.done("requestApproval", with(lease, about), "approval { id }").await["approval"]["id"].clone();
    shop.done("decideApproval", json!({ "approvalId": asked, "decision": "APPROVE" }), "approval { id }").await;
    asked
}

on_both_engines! {
    async fn above_its_limit_an_agent_needs_an_approval_which_permits_one_refund(db: &TestDatabase) {
        let shop = shop(db).await;
        let agent = agent(&shop).await;
        shop.configure("authority", json!({ "Orchestrator": { "refund": 50 } })).await;
        let order_id = order(&shop, 3).await;
        shop.done("markOrderPaid", json!({ "orderId": order_id }), "replayed").await;
        let of = |amount: &str, approval: Option<&Value>| json!({ "orderId": order_id, "adjustment": amount, "approvalId": approval });
        agent.done("refundOrder", of("50", None), REFUND).await;
        let refused = agent.refused("refundOrder", of("60", None)).await;
        assert_eq!(refused["code"], "APPROVAL_REQUIRED");
        assert_eq!((number(&refused["limit"]), number(&refused["asked"])), (Decimal::from(50), Decimal::from(60)));
        assert_eq!(standing(&shop, &order_id).await, "CONFIRMED PARTIALLY_REFUNDED 300.00 50.00");

        let other = order(&shop, 1).await;
        let elsewhere = approval(&shop, &agent, &other, "100").await;
        assert_eq!(agent.code_and_path("refundOrder", of("60", Some(&elsewhere))).await, "APPROVAL_REQUIRED approvalId");
        let small = approval(&shop, &agent, &order_id, "59").await;
        assert_eq!(agent.code_and_path("refundOrder", of("60", Some(&small))).await, "APPROVAL_REQUIRED approvalId");
        let enough = approval(&shop, &agent, &order_id, "60").await;
        agent.done("refundOrder", of("60", Some(&enough)), REFUND).await;
        assert_eq!(agent.code_and_path("refundOrder", of("60", Some(&enough))).await, "APPROVAL_REQUIRED approvalId");
        // People have no limit.
        shop.done("refundOrder", of("190", None), REFUND).await;
        assert_eq!(standing(&shop, &order_id).await, "CONFIRMED REFUNDED 300.00 300.00");
        shop.check().await;
    }

    async fn an_approval_is_for_what_and_whom_it_was_requested(db: &TestDatabase) {
        let shop = shop(db).await;
        let new = async |name: &str| {
            let agent = json!({ "name": name, "type": "SPECIALIST", "parentId": shop.orchestrator });
            shop.done("createAgent", agent, "agent { id }").await["agent"]["id"].clone()
        };
        let (first, second) = (new("First").await, new("Second").await);
        let acting = async |agent: &Value| {
            let capability = json!({ "agentId": agent, "capabilityType": "commerce", "capabilityName": "payments" });
            shop.done("setAgentCapability", capability, "agentCapability { id }").await;
            let key = json!({ "name": agent, "role": "AGENT", "agentId": agent });
            let key = shop.done("createApiKey", key, "apiKey { id }").await["apiKey"]["id"].clone();
            let parse = |id: &Value| text(id).parse().expect("an id");
            let agent = Some(parse(agent));
            shop.acting(Principal { name: "agent".to_owned(), key: Some(parse(&key)), role: Role::Agent, agent })
        };
        let (one, other) = (acting(&first).await, acting(&second).await);
        shop.configure("authority", json!({ "Orchestrator": { "refund": 50 } })).await;
        let order = order(&shop, 1).await;
        shop.done("markOrderPaid", json!({ "orderId": order }), "replayed").await;
        let refund = |approval: &Value| json!({ "orderId": order, "adjustment": "60", "approvalId": approval });
        let price = json!({ "amount": "60", "context": { "limit": "orderAmount" } });
        let price = approval_of(&shop, &one, &first, &order, price).await;
        assert_eq!(one.code_and_path("refundOrder", refund(&price)).await, "APPROVAL_REQUIRED approvalId");
        let right = json!({ "amount": "60", "context": { "limit": "refund" } });
        let right = approval_of(&shop, &one, &first, &order, right).await;
        assert_eq!(other.code_and_path("refundOrder", refund(&right)).await, "APPROVAL_REQUIRED approvalId");
        one.done("refundOrder", refund(&right), REFUND).await;
        shop.check().await;
    }

    async fn an_agent_needs_the_capability(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let principal = Principal { name: "x".to_owned(), key: None, role: Role::Agent, agent: Some(shop.orchestrator) };
        let stranger = shop.acting(principal);
        for (mutation, input) in [
            ("createPayment", json!({ "orderId": order, "provider": "manual" })),
            ("markOrderPaid", json!({ "orderId": order })),
            ("refundOrder", json!({ "orderId": order, "everything": true })),
        ] {
            assert_eq!(stranger.code(mutation, input).await, "FORBIDDEN", "{mutation}");
        }
        shop.check().await;
    }
}
