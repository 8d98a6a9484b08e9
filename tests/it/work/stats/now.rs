//! What agents do and have to do now.

use chrono::Duration;
use entity::api_keys;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use service::principal::Role;
use tests::on_both_engines;
use uuid::Uuid;

use crate::work::house::{House, held, limit, start};

const WORKLOAD: &str = "workload { claimable blocked postponed running waiting overdue maxConcurrentTasks freeSlots }";

on_both_engines! {
    async fn the_status_follows_what_happens(db: &TestDatabase) {
        let house = House::open(db).await;
        assert_eq!(status(&house).await, "OFFLINE");
        house.create(3).await;
        assert_eq!(status(&house).await, "OFFLINE", "nobody has come for the tasks");
        let leases = house.claim(2).await;
        assert_eq!(status(&house).await, "WORKING");
        let input = json!({ "taskId": leases[0]["taskId"], "token": leases[0]["token"], "subject": "May I?" });
        house.done("requestApproval", input, "task { id }").await;
        assert_eq!(status(&house).await, "WORKING", "it holds another one");
        house.complete(&leases[1]).await;
        assert_eq!(status(&house).await, "WAITING");
        house.done("cancelTask", json!({ "taskId": leases[0]["taskId"] }), "cancelled { id }").await;
        assert_eq!(status(&house).await, "IDLE");
        house.clock().advance(Duration::minutes(5));
        assert_eq!(status(&house).await, "IDLE", "five minutes ago is lately");
        house.clock().advance(Duration::microseconds(1));
        assert_eq!(status(&house).await, "OFFLINE");
        house.check().await;
    }

    async fn a_worker_that_is_gone_is_offline_after_a_while(db: &TestDatabase) {
        let house = House::open(db).await;
        house.create(1).await;
        house.claim(1).await;
        house.clock().advance(Duration::seconds(61));
        assert_eq!(status(&house).await, "IDLE", "its lease has lapsed");
        house.pass(0).await;
        assert_eq!(status(&house).await, "IDLE", "it was taken back");
        // That the server takes a lease back is no sign of life.
        house.clock().advance(Duration::seconds(240));
        assert_eq!(status(&house).await, "OFFLINE");
    }

    async fn a_worker_that_waits_is_heard_of_by_its_key(db: &TestDatabase) {
        let house = House::open(db).await;
        let key = api_keys::ActiveModel {
            id: Set(Uuid::now_v7()),
            name: Set("worker".to_owned()),
            prefix: Set("vw_worker0000".to_owned()),
            hash: Set("0".repeat(64)),
            role: Set(Role::Agent),
            agent_id: Set(Some(house.specialist)),
            last_used_at: Set(Some((start() - Duration::minutes(1)).into())),
            created_at: Set(start().into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        key.insert(db.connection()).await.expect("a key");
        assert_eq!(status(&house).await, "IDLE");
        house.clock().advance(Duration::minutes(4) + Duration::microseconds(1));
        assert_eq!(status(&house).await, "OFFLINE");
    }

    async fn an_agent_that_takes_no_work_is_inactive(db: &TestDatabase) {
        let house = House::open(db).await;
        house.create(1).await;
        let lease = &house.claim(1).await[0];
        house.complete(lease).await;
        house.done("deactivateAgent", json!({ "id": house.specialist, "openTasks": "REFUSE" }), "agent { id }").await;
        assert_eq!(status(&house).await, "INACTIVE");
    }

    async fn the_workload_counts_open_tasks(db: &TestDatabase) {
        let house = House::open(db).await;
        let nothing = json!({ "claimable": 0, "blocked": 0, "postponed": 0, "running": 0, "waiting": 0, "overdue": 0,
            "maxConcurrentTasks": null, "freeSlots": null });
        assert_eq!(workload(&house).await, nothing);
        // Two are claimed, of which one waits; two stay; one is for tomorrow; one depends on another.
        house.create(2).await;
        let leases = house.claim(2).await;
        let mut approval = held(&leases[0]);
        approval["subject"] = json!("May I?");
        house.done("requestApproval", approval, "task { id }").await;
        house.create(2).await;
        let tomorrow = start() + Duration::days(1);
        let later = json!({ "assignedAgentId": house.specialist, "taskType": "write", "runAfter": tomorrow });
        house.done("createTasks", json!({ "tasks": [later] }), "tasks { id }").await;
        let input = json!({ "workflowId": house.workflow, "tasks": [
            { "ref": "a", "taskType": "write", "assignedAgentId": house.specialist },
            { "ref": "b", "taskType": "write", "assignedAgentId": house.specialist, "dependsOn": [{ "ref": "a" }] },
        ] });
        let execution = house.done("startExecution", input, "workflowExecution { id }").await["workflowExecution"]["id"].clone();
        limit(db, house.specialist, 3).await;
        let mut expected = json!({ "claimable": 3, "blocked": 1, "postponed": 1, "running": 1, "waiting": 1,
            "overdue": 0, "maxConcurrentTasks": 3, "freeSlots": 2 });
        assert_eq!(workload(&house).await, expected);
        // What can be claimed is what a claim gets.
        limit(db, house.specialist, 100).await;
        assert_eq!(house.claim(100).await.len(), 3);
        limit(db, house.specialist, 3).await;
        house.done("pauseExecution", json!({ "workflowExecutionId": execution }), "workflowExecution { id }").await;
        expected = json!({ "claimable": 0, "blocked": 1, "postponed": 1, "running": 4, "waiting": 1,
            "overdue": 0, "maxConcurrentTasks": 3, "freeSlots": 0 });
        assert_eq!(workload(&house).await, expected);
        // An hour is the SLA when nothing is said.
        house.clock().advance(Duration::hours(1));
        assert_eq!(workload(&house).await, expected, "a deadline is the last moment in time");
        house.clock().advance(Duration::microseconds(1));
        expected["overdue"] = json!(7);
        assert_eq!(workload(&house).await, expected);
    }

    async fn a_paused_execution_postpones_its_tasks(db: &TestDatabase) {
        let house = House::open(db).await;
        let execution = house.done("startExecution", json!({ "workflowId": house.workflow }), "workflowExecution { id }").await;
        let counted = async || {
            let found = workload(&house).await;
            [&found["claimable"], &found["postponed"]].map(|count| count.as_i64().expect("a count"))
        };
        assert_eq!(counted().await, [1, 0]);
        let input = json!({ "workflowExecutionId": execution["workflowExecution"]["id"] });
        house.done("pauseExecution", input.clone(), "workflowExecution { id }").await;
        assert_eq!(counted().await, [0, 1]);
        house.done("resumeExecution", input, "workflowExecution { id }").await;
        assert_eq!(counted().await, [1, 0]);
    }
}

async fn status(house: &House) -> String {
    let found = agent(house, "status").await["status"].clone();
    found.as_str().expect("a status").to_owned()
}

async fn workload(house: &House) -> Value {
    agent(house, WORKLOAD).await["workload"].clone()
}

async fn agent(house: &House, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ agent(id: $id) {{ {fields} }} }}");
    house.query(&query, json!({ "id": house.specialist })).await["agent"].clone()
}
