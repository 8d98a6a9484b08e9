//! Where the key of an agent trades.

use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;

use super::fixture::{DemoFixture, NOBODY, with};

on_both_engines! {
    async fn an_agent_trades_where_it_has_the_capability(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let agent = fixture.agent("Marketing Specialist").await;
        let own = Some(agent.parse().expect("an id"));
        let seller = fixture.acting(Principal { name: "seller".to_owned(), key: None, role: Role::Agent, agent: own });
        let set = async |area: &str, is_active: bool| {
            let capability = json!({ "agentId": agent, "capabilityType": "commerce", "capabilityName": area, "isActive": is_active });
            fixture.done("setAgentCapability", capability, "agentCapability { id }").await;
        };
        let is_told = async |mutation: &str| {
            let told = seller.query("{ me { operations } }", json!({})).await;
            told["me"]["operations"].as_array().expect("names").contains(&json!(mutation))
        };
        assert!(is_told("claimTasks").await);
        // It has this one from the demo data.
        set("marketing", false).await;
        for (mutation, area, id) in [
            ("updateProduct", "catalogue", "id"),
            ("confirmOrder", "orders", "id"),
            ("voidPayment", "payments", "id"),
            ("updateCustomer", "customers", "id"),
            ("launchCampaign", "marketing", "id"),
            ("updateKpi", "analytics", "id"),
            ("releaseBudget", "finance", "reservationId"),
        ] {
            let input = json!({ id: NOBODY });
            let unknown = format!("NOT_FOUND {id}");
            assert_eq!(seller.code_and_path(mutation, input.clone()).await, "FORBIDDEN", "{mutation}");
            assert!(!is_told(mutation).await, "{mutation}");
            set("elsewhere", true).await;
            set(area, false).await;
            assert_eq!(seller.code_and_path(mutation, input.clone()).await, "FORBIDDEN", "{mutation}");
            set(area, true).await;
            assert_eq!(seller.code_and_path(mutation, input.clone()).await, unknown, "{mutation}");
            assert!(is_told(mutation).await, "{mutation}");
            // People need none.
            assert_eq!(fixture.code_and_path(mutation, input).await, unknown, "{mutation}");
        }
        fixture.check().await;
    }

    async fn a_setting_has_a_value_of_its_type(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        for (key, value) in [
            ("orders.holdMinutes", json!("long")),
            ("stock.locations", json!("main")),
            ("authority", json!({ "Sales Specialist": { "refund": -1 } })),
            ("budgets.alertLevels", json!([100, 90])),
            ("kpi.marketingCategories", json!("advertising")),
            ("shopify.domain", json!("https://shop.myshopify.com")),
            ("shopify.stockMode", json!("mirror")),
        ] {
            let set = json!({ "key": key, "value": value });
            assert_eq!(fixture.code_and_path("setConfiguration", set).await, "INVALID value", "{key}");
        }
        fixture.done("setConfiguration", json!({ "key": "orders.holdMinutes", "value": 90 }), "configuration { id }").await;
        // There are transactions.
        let error = fixture.refused("setConfiguration", json!({ "key": "shop.currency", "value": "EUR" })).await;
        assert_eq!((&error["code"], &error["path"], &error["by"]), (&json!("IN_USE"), &json!(["value"]), &json!("Transaction")));
        fixture.done("setConfiguration", json!({ "key": "shop.currency", "value": "USD" }), "configuration { id }").await;
        fixture.check().await;
    }

    async fn an_approval_is_about_an_object_that_is_there(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let agent = fixture.agent("Sales Specialist").await;
        let task = json!({ "tasks": [{ "assignedAgentId": agent, "taskType": "subject" }] });
        fixture.done("createTasks", task, "tasks { id }").await;
        let claim = json!({ "agentIds": [agent], "taskTypes": ["subject"] });
        let lease = fixture.done("claimTasks", claim, "leases { taskId token }").await["leases"][0].clone();
        let ask = |subject: Value| with(with(lease.clone(), json!({ "subject": "x" })), subject);
        let order = fixture.query("{ orders(first: 1) { nodes { id } } }", json!({})).await["orders"]["nodes"][0]["id"].clone();
        for (subject, refused) in [
            (json!({ "subjectId": order }), "INVALID subjectId"),
            (json!({ "subjectType": "Order" }), "INVALID subjectId"),
            (json!({ "subjectType": "Nothing", "subjectId": order }), "INVALID subjectType"),
            (json!({ "subjectType": "Product", "subjectId": order }), "NOT_FOUND subjectId"),
        ] {
            assert_eq!(fixture.code_and_path("requestApproval", ask(subject)).await, refused);
        }
        fixture.done("requestApproval", ask(json!({ "subjectType": "Order", "subjectId": order })), "approval { id }").await;
        fixture.check().await;
    }
}
