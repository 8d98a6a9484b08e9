//! Follow-up tasks: which agent gets them.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    fixture::ShopFixture,
    orders::{lines, place},
    payments,
};

on_both_engines! {
    async fn routing_says_who_is_asked(db: &TestDatabase) {
        let shop = payments::shop(db).await;
        let orchestrator = json!(shop.orchestrator);
        let new = async |name: &str, parent: &Value| {
            let agent = json!({ "name": name, "type": "SPECIALIST", "parentId": parent });
            shop.done("createAgent", agent, "agent { id }").await["agent"]["id"].clone()
        };
        let warehouse = new("Warehouse", &orchestrator).await;
        let packer = new("Packer", &warehouse).await;
        assert_eq!(asked(&shop).await, orchestrator, "nobody is named");
        shop.configure("routing", json!({ "ship_order": "Packer", "capture_payment": "Warehouse" })).await;
        assert_eq!(asked(&shop).await, packer);
        // In the place of an agent that takes no work, the nearest above it that does.
        shop.done("deactivateAgent", json!({ "id": packer }), "replayed").await;
        assert_eq!(asked(&shop).await, warehouse);
        shop.done("deactivateAgent", json!({ "id": warehouse }), "replayed").await;
        assert_eq!(asked(&shop).await, orchestrator);
        shop.done("activateAgent", json!({ "id": packer }), "replayed").await;
        assert_eq!(asked(&shop).await, packer);
        shop.configure("routing", json!({ "ship_order": "Nobody" })).await;
        assert_eq!(asked(&shop).await, orchestrator);
        shop.check().await;
    }
}

/// Who is asked to ship a new order, which ends then.
async fn asked(shop: &ShopFixture) -> Value {
    let order = place(shop, json!({ "lines": lines(&[("PRINT", 1)]), "confirm": true })).await;
    let query = "{ tasks(filter: { taskType: { eq: \"ship_order\" }, status: { eq: PENDING } }) {
        nodes { assignedAgentId inputData } } }";
    let answer = shop.query(query, json!({})).await;
    let [task] = &answer["tasks"]["nodes"].as_array().expect("a list")[..] else { panic!("one is asked: {answer}") };
    assert_eq!(task["inputData"]["orderId"], order["id"]);
    shop.done("cancelOrder", json!({ "id": order["id"] }), "replayed").await;
    task["assignedAgentId"].clone()
}
