//! With whose rights jobs work, and whose jobs somebody may touch.

use entity::{orders, stock_movements};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use service::{
    Actor, jobs,
    principal::{Principal, Role},
};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{prepared, ran, shown, started};
use crate::shop::fixture::{ShopFixture, text};

const ORDERS: &str = "Name,Currency,Financial Status,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,\
                      Lineitem price,Refunded Amount\n\
                      #1,USD,pending,90.00,90.00,2026-02-03 09:59:00 -0500,1,Wrap,90.00,\n\
                      #2,USD,pending,240.00,240.00,2026-02-03 09:59:00 -0500,1,Print,240.00,\n\
                      #3,USD,partially_refunded,95.00,95.00,2026-02-03 09:59:00 -0500,1,Print,95.00,60.00\n";

const STOCK: &str = "{\"sku\": \"A\", \"location\": \"main\", \"available\": 5, \"changeFromQuantity\": null}\n";

/// Somebody with a key, and its id.
async fn keyed(shop: &ShopFixture, name: &str, role: Role, agent: Option<Uuid>) -> (ShopFixture, Value) {
    let input = json!({ "name": name, "role": format!("{role:?}").to_uppercase(), "agentId": agent });
    let made = shop.done("createApiKey", input, "apiKey { id }").await["apiKey"]["id"].take();
    let key = Some(text(&made).parse().expect("an id"));
    (shop.acting(Principal { name: name.to_owned(), key, role, agent }), made)
}

/// An agent that trades in some areas.
async fn agent(shop: &ShopFixture, name: &str, areas: &[&str]) -> Uuid {
    let input = json!({ "name": name, "type": "SPECIALIST", "parentId": shop.orchestrator });
    let id = text(&shop.done("createAgent", input, "agent { id }").await["agent"]["id"]).parse().expect("an id");
    for area in areas {
        set(shop, id, area, true).await;
    }
    id
}

/// Says whether an agent trades in an area.
async fn set(shop: &ShopFixture, agent: Uuid, area: &str, is_active: bool) {
    let capability = json!({
        "agentId": agent, "capabilityType": "commerce", "capabilityName": area, "isActive": is_active,
    });
    shop.done("setAgentCapability", capability, "agentCapability { id }").await;
}

/// Runs a job that is to fail without changing anything: why it failed.
async fn failure(shop: &ShopFixture, db: &TestDatabase, id: Uuid) -> String {
    assert_eq!(jobs::run_due(&shop.service).await.expect("run"), 1);
    let job = shown(shop, id).await;
    assert_eq!((&job["status"], &job["doneRows"]), (&json!("FAILED"), &json!(0)), "{job}");
    assert_eq!(stock_movements::Entity::find().count(db.connection()).await.expect("counted"), 0);
    text(&job["errorMessage"])
}

on_both_engines! {
    async fn an_import_of_an_agent_is_within_its_limits(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let id = agent(&shop, "Seller", &["orders"]).await;
        let (seller, _) = keyed(&shop, "seller", Role::Agent, Some(id)).await;
        let new = json!({ "kind": "IMPORT_ORDERS" });
        assert_eq!(seller.code_and_path("createBulkJob", new).await, "FORBIDDEN kind", "orders are paid");
        set(&shop, id, "payments", true).await;
        shop.configure("authority", json!({ "Seller": { "orderAmount": 100, "refund": 50 } })).await;
        let (_, job) = ran(&seller, "IMPORT_ORDERS", json!({}), ORDERS).await;
        assert_eq!(job["counts"]["orders"], json!({ "created": 1, "refused": 2 }), "{job}");
        let errors = job["firstErrors"].as_array().expect("a list");
        let columns: Vec<_> = errors.iter().map(|error| text(&error["column"])).collect();
        assert_eq!(columns, ["Total", "Refunded Amount"], "{job}");
        assert_eq!(orders::Entity::find().count(db.connection()).await.expect("counted"), 1);
        // People have no limits.
        let (_, job) = ran(&shop, "IMPORT_ORDERS", json!({}), ORDERS).await;
        assert_eq!(job["counts"]["orders"], json!({ "created": 2, "unchanged": 1 }), "{job}");
        shop.check().await;
    }

    async fn a_job_works_no_longer_than_its_key(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let (clerk, key) = keyed(&shop, "clerk", Role::Operator, None).await;
        let id = started(&clerk, "SET_STOCK", json!({}), STOCK).await;
        shop.done("revokeApiKey", json!({ "id": key }), "apiKey { id }").await;
        let why = failure(&shop, db, id).await;
        assert!(why.contains("was revoked"), "{why}");
    }

    async fn a_job_works_where_its_agent_trades(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let keeper = agent(&shop, "Keeper", &["stock"]).await;
        let (seller, _) = keyed(&shop, "keeper", Role::Agent, Some(keeper)).await;
        let (_, job) = ran(&seller, "SET_STOCK", json!({ "dryRun": true }), STOCK).await;
        assert_eq!(job["counts"], json!({ "done": 1, "refused": 0 }), "{job}");
        let id = started(&seller, "SET_STOCK", json!({}), STOCK).await;
        set(&shop, keeper, "stock", false).await;
        let why = failure(&shop, db, id).await;
        assert!(why.contains("\"stock\""), "{why}");
        set(&shop, keeper, "stock", true).await;
        let (_, job) = ran(&seller, "SET_STOCK", json!({}), STOCK).await;
        assert_eq!(job["counts"], json!({ "done": 1, "refused": 0 }), "{job}");
        let moved = stock_movements::Entity::find().one(db.connection()).await.expect("read").expect("a movement");
        assert_eq!(moved.principal, "keeper");
        shop.check().await;
    }

    async fn the_job_of_somebody_else_is_left_alone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let id = agent(&shop, "Keeper", &["stock"]).await;
        let (keeper, _) = keyed(&shop, "keeper", Role::Agent, Some(id)).await;
        let (again, _) = keyed(&shop, "keeper again", Role::Agent, Some(id)).await;
        let (clerk, _) = keyed(&shop, "clerk", Role::Operator, None).await;
        let of_admin = prepared(&shop, "SET_STOCK", json!({}), STOCK).await;
        let upload = async |name: &str, role, agent, job| {
            let principal = Principal { name: name.to_owned(), key: None, role, agent };
            shop.service.begin_upload(&Actor { principal, request: None }, job).await
        };
        assert!(upload("keeper", Role::Agent, Some(id), of_admin).await.is_err(), "its file");
        assert!(upload("clerk", Role::Operator, None, of_admin).await.is_err(), "its file");
        for other in [&keeper, &clerk] {
            assert_eq!(other.code_and_path("startBulkJob", json!({ "id": of_admin })).await, "FORBIDDEN id");
        }
        assert_eq!(keeper.code_and_path("cancelBulkJob", json!({ "id": of_admin })).await, "FORBIDDEN id");
        clerk.done("cancelBulkJob", json!({ "id": of_admin }), "replayed").await;
        // The keys of an agent are one client, and administrators may everything.
        let of_agent = prepared(&keeper, "SET_STOCK", json!({}), STOCK).await;
        again.done("startBulkJob", json!({ "id": of_agent }), "replayed").await;
        again.done("cancelBulkJob", json!({ "id": of_agent }), "replayed").await;
        let of_agent = prepared(&keeper, "SET_STOCK", json!({}), STOCK).await;
        shop.done("startBulkJob", json!({ "id": of_agent }), "replayed").await;
    }
}
